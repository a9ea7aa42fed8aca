import type { Component } from "./component";

const mail = (
  name: string,
  thread: string,
  rest: Pick<Component, "chain" | "crashes" | "only">,
): Component => ({
  name,
  products: ["Heron"],
  process: "parent",
  module: "heronmail",
  thread,
  ...rest,
});

const osprey = (
  name: string,
  [module, thread]: readonly [string, string],
  rest: Pick<Component, "chain" | "crashes" | "only">,
): Component => ({ name, products: ["Osprey Studio"], process: "parent", module, thread, ...rest });

/** What the mail client adds to the shared engine. */
export const HERON_COMPONENTS: readonly Component[] = [
  mail("imap-parser", "imap", {
    chain: `
      ^ heron::imap::Token::Text() const @ imap/Token.h:58
      heron::imap::ResponseParser::Mailbox() @ imap/ResponseParser.cpp:1204
      heron::imap::ResponseParser::Parse(char const*) @ imap/ResponseParser.cpp:233
      heron::imap::Protocol::Select(char const*) @ imap/Protocol.cpp:2981`,
    crashes: ["read 0", "overflow 1", "copy 2", "assert 3 HERON_ASSERT(mConnected)"],
  }),
  mail("folders", "mail", {
    chain: `
      heron::folders::Database::GetMessage(unsigned int) @ folders/Database.cpp:877
      heron::folders::Folder::UpdateSummary(bool) @ folders/Folder.cpp:1530
      heron::folders::Notifier::Flush() @ folders/Notifier.cpp:64`,
    crashes: ["poison 0", "read 1", "disk 0", "lock 2"],
  }),
  mail("compose", "mail", {
    chain: `
      heron::compose::Attachment::Encode(heron::Stream&) @ compose/Attachment.cpp:340
      heron::compose::Draft::Assemble() @ compose/Draft.cpp:1122
      heron::compose::Sender::Send(heron::compose::Draft&) @ compose/Sender.cpp:410`,
    crashes: ["read 0", "copy 0", "assert 1 HERON_ASSERT(mParts.size() > 0)"],
  }),
  mail("calendar", "mail", {
    chain: `
      ical_rs::recurrence::Rule::next_after @ rust/ical_rs/src/recurrence.rs:455
      ical_rs::glue::ical_expand @ rust/ical_rs/src/glue.rs:71
      heron::calendar::Event::Expand(heron::Time, heron::Time) @ calendar/Event.cpp:266`,
    crashes: [
      "panic 0 attempt to divide by zero",
      "panic 0 called `Option::unwrap()` on a `None` value",
      "read 2",
    ],
  }),
  mail("search-index", "mail", {
    chain: `
      heron::search::Tokenizer::Next() @ search/Tokenizer.cpp:93
      heron::search::Indexer::Add(heron::Message const&) @ search/Indexer.cpp:318`,
    crashes: ["wild 0", "read 1"],
  }),
];

/** The game engine's editor. */
export const OSPREY_COMPONENTS: readonly Component[] = [
  osprey("physics", ["ospreycore", "job"], {
    chain: `
      ^ osp::math::Simd::Load(float const*) @ math/Simd.h:90
      osp::physics::BroadPhase::UpdatePairs(osp::physics::Island&) @ physics/BroadPhase.cpp:288
      osp::physics::World::Step(float) @ physics/World.cpp:701
      osp::physics::StepJob::Run() @ physics/StepJob.cpp:31`,
    crashes: ["wild 0", "assert 1 OSP_ASSERT(!isnan(pair.depth))", "divide 2", "read 0"],
  }),
  osprey("scene", ["ospreycore", "editor"], {
    chain: `
      osp::scene::Node::WorldTransform() const @ scene/Node.cpp:144
      osp::scene::Prefab::Instantiate(osp::scene::Node*) @ scene/Prefab.cpp:390
      osp::editor::Hierarchy::Drop(osp::editor::DragData const&) @ editor/Hierarchy.cpp:512`,
    crashes: ["poison 0", "overflow 0", "read 1"],
  }),
  osprey("scripts", ["ospreycore", "editor"], {
    chain: `
      osp::script::Vm::Dispatch(osp::script::Frame&) @ script/Vm.cpp:1960
      osp::script::Vm::Invoke(osp::script::Method const&) @ script/Vm.cpp:402
      osp::script::Behaviour::Update(float) @ script/Behaviour.cpp:118`,
    crashes: ["wild 0", "read 2", "exec 1", "assert 1 OSP_ASSERT(stack is balanced)"],
  }),
  osprey("importer", ["ospreycore", "job"], {
    chain: `
      osp::assets::MeshImporter::ReadSkin(osp::assets::Reader&) @ assets/MeshImporter.cpp:833
      osp::assets::Pipeline::Import(osp::assets::Guid) @ assets/Pipeline.cpp:227`,
    crashes: ["copy 0", "read 0", "free 1", "disk 0"],
  }),
  osprey("shaders", ["ospreyrender", "render"], {
    chain: `
      osp::render::ShaderCache::Find(osp::render::Variant) @ render/ShaderCache.cpp:210
      osp::render::Material::Bind(osp::render::CommandList&) @ render/Material.cpp:95`,
    crashes: ["read 0", "lock 0", "assert 1 OSP_ASSERT(variant is compiled)"],
  }),
  osprey("device", ["ospreyrender", "render"], {
    chain: `
      nvidia!driver
      nvidia!driver
      osp::render::Device::Submit(osp::render::CommandList&) @ render/Device.cpp:608`,
    crashes: ["read 0", "wild 1"],
    only: { os: ["windows", "linux"], cpu: ["amd64"] },
  }),
  osprey("terrain", ["ospreyrender", "render"], {
    chain: `
      osp::terrain::Patch::Refine(int) @ terrain/Patch.cpp:177
      osp::terrain::Quadtree::Select(osp::render::Camera const&) @ terrain/Quadtree.cpp:61`,
    crashes: ["overflow 0", "wild 0"],
  }),
];
