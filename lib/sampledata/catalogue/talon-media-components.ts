import { BROWSERS, DESKTOP, EVERYWHERE, talon, type Component } from "./component";

/** The parts of the shared engine that draw, play and show: layout, style, graphics, media, windows. */
export const TALON_MEDIA_COMPONENTS: readonly Component[] = [
  talon("blocks", EVERYWHERE, ["content", "layout"], {
    chain: `
      ^ talon::layout::Line::IsBlock() const @ layout/Line.h:236
      talon::layout::BlockFrame::ReflowLine(talon::layout::BlockState&, talon::layout::Line*) @ layout/BlockFrame.cpp:3655
      talon::layout::BlockFrame::ReflowDirtyLines(talon::layout::BlockState&) @ layout/BlockFrame.cpp:2940
      talon::layout::BlockFrame::Reflow(talon::layout::Context&, talon::layout::Size&) @ layout/BlockFrame.cpp:1377
      talon::layout::Container::ReflowChild(talon::layout::Frame*, talon::layout::Context&) @ layout/Container.cpp:921`,
    crashes: ["poison 0", "overflow 3", "read 1", "assert 2 TALON_ASSERT(!mLines.empty())"],
  }),
  talon("flex", BROWSERS, ["content", "layout"], {
    chain: `
      talon::layout::FlexLine::Freeze(talon::layout::FlexItem&) @ layout/FlexContainer.cpp:2610
      talon::layout::FlexContainer::ResolveLengths(int) @ layout/FlexContainer.cpp:2877
      talon::layout::FlexContainer::Reflow(talon::layout::Context&, talon::layout::Size&) @ layout/FlexContainer.cpp:4520`,
    crashes: ["read 0", "divide 1", "poison 2"],
  }),
  talon("text", EVERYWHERE, ["content", "layout"], {
    chain: `
      talon::gfx::ShapedWord::GlyphAt(unsigned int) const @ gfx/text/ShapedWord.h:612
      talon::gfx::TextRun::Advance(talon::gfx::Range) const @ gfx/text/TextRun.cpp:838
      talon::layout::TextFrame::Reflow(talon::layout::Context&, talon::layout::Size&) @ layout/TextFrame.cpp:9410`,
    crashes: ["wild 0", "assert 0 TALON_ASSERT(index out of range: 4096 >= 4096)", "read 1"],
  }),
  talon("style", BROWSERS, ["content", "style"], {
    chain: `
      plume::rule_tree::StrongRuleNode::drop_without_collect @ rust/plume/src/rule_tree/core.rs:502
      plume::matching::MatchMethods::replace_rules @ rust/plume/src/matching.rs:741
      plume::traversal::compute_style @ rust/plume/src/traversal.rs:610
      plume::traversal::recalc_style_at @ rust/plume/src/traversal.rs:431
      weave::job::execute @ /crates/weave-core-1.13.0/src/job.rs:167`,
    crashes: [
      "poison 0",
      "panic 1 already borrowed: BorrowMutError",
      "panic 2 called `Option::unwrap()` on a `None` value",
      "overflow 3",
    ],
  }),
  talon("renderer", BROWSERS, ["gpu", "renderer"], {
    chain: `
      gouache::resource_cache::ResourceCache::get_image @ rust/gouache/src/resource_cache.rs:1622
      gouache::batch::BatchBuilder::add_prim @ rust/gouache/src/batch.rs:2418
      gouache::renderer::Renderer::render @ rust/gouache/src/renderer/mod.rs:1301
      gouache::glue::gouache_render @ rust/gouache/src/glue.rs:734`,
    crashes: [
      "panic 0 Didn't find a cached resource with that ID!",
      "panic 1 index out of bounds: the len is 128 but the index is 128",
      "read 2",
    ],
  }),
  talon("compositor", BROWSERS, ["gpu", "compositor"], {
    chain: `
      talon::gfx::TextureHost::Lock() @ gfx/TextureHost.cpp:391
      talon::gfx::LayerManager::PrepareFrame(talon::gfx::Rect) @ gfx/LayerManager.cpp:177
      talon::gfx::CompositorBridge::CompositeToTarget(talon::gfx::DrawTarget*) @ gfx/CompositorBridge.cpp:1005`,
    crashes: ["poison 0", "assert 1 TALON_ASSERT(mTarget)", "lock 2"],
  }),
  talon("nvidia", BROWSERS, ["gpu", "renderer"], {
    chain: `
      nvidia!driver
      nvidia!driver
      nvidia!driver
      d3d11!CContext::TID3D11DeviceContext_DrawIndexed_<1>
      talon::gl::Context::DrawElements(unsigned int, int) @ gfx/gl/Context.cpp:2390`,
    crashes: ["read 0", "wild 1"],
    only: { os: ["windows"], cpu: ["amd64"] },
  }),
  talon("intel", BROWSERS, ["gpu", "renderer"], {
    chain: `
      intelgpu!driver
      intelgpu!driver
      d3d11!CDevice::CreateTexture2D
      talon::gfx::D3DTexture::Create(talon::gfx::IntSize) @ gfx/d3d11/D3DTexture.cpp:410`,
    crashes: ["read 0", "write 1"],
    only: { os: ["windows"], cpu: ["amd64"] },
  }),
  talon("radeon", BROWSERS, ["gpu", "renderer"], {
    chain: `
      amdgpu!driver
      amdgpu!driver
      talon::gl::Context::TexSubImage(unsigned int, talon::gfx::IntRect) @ gfx/gl/Context.cpp:3017`,
    crashes: ["wild 0"],
    only: { os: ["windows", "linux"], cpu: ["amd64"] },
  }),
  talon("metal", BROWSERS, ["gpu", "renderer"], {
    chain: `
      applegpu!driver
      applegpu!driver
      talon::gfx::MetalSurface::Present() @ gfx/metal/MetalSurface.mm:288`,
    crashes: ["read 0", "abort 2 Completed handler provided after commit call"],
    only: { os: ["macos"], cpu: ["arm64"] },
  }),
  talon("adreno", ["Wren"], ["gpu", "renderer"], {
    chain: `
      adreno!driver
      adreno!driver
      talon::gfx::VulkanQueue::Submit(talon::gfx::CommandBuffer&) @ gfx/vulkan/VulkanQueue.cpp:133`,
    crashes: ["read 0", "wild 1"],
    only: { os: ["android"] },
  }),
  talon("video", BROWSERS, ["rdd", "media"], {
    chain: `
      talon::media::Vp9Decoder::ProcessDecode(talon::media::Sample*) @ media/Vp9Decoder.cpp:229
      talon::media::DecoderProxy::Decode(talon::media::Sample*) @ media/DecoderProxy.cpp:81`,
    crashes: ["copy 0", "wild 0", "divide 0", "assert 1 TALON_ASSERT(mInitialized)"],
  }),
  talon("audio", EVERYWHERE, ["utility", "audio"], {
    chain: `
      talon::media::Resampler::Process(float const*, unsigned int) @ media/Resampler.cpp:310
      talon::media::AudioSink::PopFrames(unsigned int) @ media/AudioSink.cpp:244`,
    crashes: ["copy 0", "read 1"],
  }),
  talon("images", EVERYWHERE, ["content", "image"], {
    chain: `
      talon::image::SurfacePipe::WriteRow(unsigned int const*) @ image/SurfacePipe.h:417
      talon::image::JpegDecoder::OutputScanlines() @ image/JpegDecoder.cpp:655
      talon::image::Decoder::Decode(talon::image::Resume*) @ image/Decoder.cpp:169`,
    crashes: ["write 0", "copy 1", "assert 2 TALON_ASSERT(HasSize())"],
  }),
  talon("webgl", BROWSERS, ["content", "script"], {
    chain: `
      talon::webgl::Buffer::Validate(unsigned long) const @ gfx/webgl/Buffer.cpp:151
      talon::webgl::Context::DrawArrays(unsigned int, int, int) @ gfx/webgl/ContextDraw.cpp:905`,
    crashes: ["read 0", "copy 1"],
  }),
  talon("cocoa", DESKTOP, ["parent", "parent"], {
    chain: `
      -[TalonView insertText:replacementRange:] @ widget/cocoa/TalonView.mm:3977
      appkit!-[NSTextInputContext handleTSMEvent:completionHandler:]
      appkit!-[NSApplication(NSEventRouting) sendEvent:]`,
    crashes: ["read 0", "poison 1", "abort 0 NSRangeException: index 4 beyond bounds"],
    only: { os: ["macos"] },
  }),
  talon("gtk", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::widget::GtkWindow::OnScaleChanged() @ widget/gtk/GtkWindow.cpp:5120
      libglib!g_closure_invoke
      libgtk!gtk_widget_event_internal`,
    crashes: ["read 0", "poison 1", "assert 0 TALON_ASSERT(mWindow)"],
    only: { os: ["linux"] },
  }),
  talon("windows", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::widget::WinWindow::ProcessMessage(unsigned int, unsigned long long, long long) @ widget/windows/WinWindow.cpp:4890
      talon::widget::WinWindow::WindowProc(talon::widget::Handle*, unsigned int, unsigned long long, long long) @ widget/windows/WinWindow.cpp:4501
      user32!UserCallWinProcCheckWow
      user32!DispatchMessageWorker`,
    crashes: ["poison 0", "read 1", "exec 1"],
    only: { os: ["windows"] },
  }),
  talon("printing", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::print::PrintJob::DoNextPage() @ printing/PrintJob.cpp:1680
      talon::print::PageTimer::Fire() @ printing/PageTimer.cpp:55`,
    crashes: ["read 0", "assert 0 TALON_ASSERT(mDocument)"],
  }),
  talon("spelling", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::spell::Dictionary::Suggest(talon::StringView) const @ spell/Dictionary.cpp:712
      talon::spell::Checker::CheckWord(talon::StringView) @ spell/Checker.cpp:190`,
    crashes: ["wild 0", "free 1", "divide 0"],
  }),
];
