import { BROWSERS, DESKTOP, EVERYWHERE, talon, type Component } from "./component";

/** The engine that the browser, the mail client and the mobile browser share: network, storage, script, documents. */
export const TALON_COMPONENTS: readonly Component[] = [
  talon("http", EVERYWHERE, ["parent", "socket"], {
    chain: `
      ^ talon::net::SegmentWindow::Front() const @ net/http/SegmentWindow.h:77
      talon::net::HttpTransaction::ReadSegments(talon::net::SegmentReader*, unsigned int, unsigned int*) @ net/http/HttpTransaction.cpp:812
      talon::net::HttpConnection::OnSocketWritable() @ net/http/HttpConnection.cpp:1940
      talon::net::HttpConnection::OnOutputReady(talon::net::AsyncOutput*) @ net/http/HttpConnection.cpp:2233
      talon::net::SocketTransport::OnSocketReady(int, short) @ net/base/SocketTransport.cpp:2207`,
    crashes: ["read 0", "poison 1", "assert 2 TALON_ASSERT(mTransaction->IsActive())", "lock 3"],
  }),
  talon("http3", BROWSERS, ["socket", "socket"], {
    chain: `
      wire_h3::qpack::Decoder::read_field @ rust/wire_h3/src/qpack/decoder.rs:288
      wire_h3::connection::Connection::receive_stream @ rust/wire_h3/src/connection.rs:1177
      wire_h3::glue::h3_process_input @ rust/wire_h3/src/glue.rs:402
      talon::net::Http3Session::ProcessInput(talon::net::UdpSocket*) @ net/http/Http3Session.cpp:341`,
    crashes: [
      "panic 0 index out of bounds: the len is 0 but the index is 0",
      "panic 1 called `Option::unwrap()` on a `None` value",
      "read 3",
    ],
  }),
  talon("cache", EVERYWHERE, ["parent", "cache"], {
    chain: `
      talon::net::CacheEntry::PurgeAndDoom(bool) @ net/cache/CacheEntry.cpp:1461
      talon::net::CachePool::EvictUnderPressure(unsigned long) @ net/cache/CachePool.cpp:389
      talon::net::CacheIndex::WriteRecords() @ net/cache/CacheIndex.cpp:1188`,
    crashes: ["poison 0", "assert 1 TALON_ASSERT(aTarget <= mSize)", "disk 2", "free 0"],
  }),
  talon("dns", EVERYWHERE, ["parent", "pool"], {
    chain: `
      talon::net::AddressRecord::Next(talon::net::Address*) @ net/dns/AddressRecord.cpp:118
      talon::net::ResolverCallback::Complete(talon::Status) @ net/dns/Resolver.cpp:905`,
    crashes: ["read 0", "poison 1"],
  }),
  talon("url", EVERYWHERE, ["content", "child"], {
    chain: `
      tern_url::parser::Parser::parse_host @ rust/tern_url/src/parser.rs:914
      tern_url::Url::join @ rust/tern_url/src/lib.rs:377
      tern_url::glue::url_resolve @ rust/tern_url/src/glue.rs:64
      talon::net::Url::Resolve(talon::StringView) const @ net/url/Url.cpp:250`,
    crashes: [
      "panic 0 byte index 7 is not a char boundary; it is inside 'é' (bytes 6..8)",
      "panic 2 called `Result::unwrap()` on an `Err` value: InvalidPort",
    ],
  }),
  talon("gc", BROWSERS, ["content", "script"], {
    chain: `
      ^ talon::js::gc::Cell::header() const @ js/gc/Cell.h:141
      talon::js::gc::Marker::markChildren(talon::js::gc::Cell*) @ js/gc/Marking.cpp:1533
      talon::js::gc::Marker::drainStack(talon::js::gc::Budget&) @ js/gc/Marking.cpp:1298
      talon::js::gc::Collector::incrementalSlice(talon::js::gc::Reason) @ js/gc/Collector.cpp:4210
      talon::js::gc::Collector::collect(talon::js::gc::Reason) @ js/gc/Collector.cpp:4577`,
    crashes: ["poison 0", "wild 0", "assert 2 TALON_ASSERT(mState == State::Mark)", "read 1"],
  }),
  talon("jit", BROWSERS, ["content", "script"], {
    chain: `
      jit!code
      jit!code
      talon::js::jit::EnterOptimized(talon::js::Context&, talon::js::jit::Entry*) @ js/jit/Jit.cpp:167
      talon::js::jit::MaybeEnter(talon::js::Context&, talon::js::RunState&) @ js/jit/Jit.cpp:221`,
    crashes: ["wild 0", "illegal 0", "exec 2"],
  }),
  talon("objects", EVERYWHERE, ["content", "script"], {
    chain: `
      ^ talon::js::Shape::lookup(talon::js::PropertyKey) @ js/vm/Shape.h:455
      talon::js::NativeObject::getOwnProperty(talon::js::Context&, talon::js::PropertyKey) @ js/vm/NativeObject.cpp:1810
      talon::js::GetProperty(talon::js::Context&, talon::js::Handle<talon::js::Value>, talon::js::PropertyKey) @ js/vm/Operations.cpp:640`,
    crashes: ["wild 0", "overflow 1", "read 1"],
  }),
  talon("nodes", BROWSERS, ["content", "script"], {
    chain: `
      talon::dom::Node::NextSibling() const @ dom/Node.h:388
      talon::dom::TreeWalker::NextNode(talon::Status&) @ dom/TreeWalker.cpp:119
      talon::dom::bindings::TreeWalker_nextNode(talon::js::Context&, talon::js::CallArgs&) @ dom/bindings/TreeWalkerBinding.cpp:233`,
    crashes: ["poison 0", "read 1"],
  }),
  talon("observers", BROWSERS, ["content", "child"], {
    chain: `
      talon::dom::MutationObserver::Deliver(talon::dom::MutationRecord*) @ dom/MutationObserver.cpp:774
      talon::dom::Microtasks::Perform(bool) @ dom/Microtasks.cpp:301`,
    crashes: ["read 0", "assert 1 TALON_ASSERT(!mRunning)"],
  }),
  talon("workers", BROWSERS, ["content", "worker"], {
    chain: `
      talon::dom::WorkerScope::GetPerformance() @ dom/workers/WorkerScope.cpp:512
      talon::dom::FetchService::Fetch(talon::dom::FetchArguments&&) @ dom/fetch/FetchService.cpp:246`,
    crashes: ["read 0", "assert 1 TALON_ASSERT(OnWorkerThread())", "lock 1"],
  }),
  talon("indexed", BROWSERS, ["parent", "storage"], {
    chain: `
      talon::storage::Statement::Step() @ storage/Statement.cpp:402
      talon::dom::indexed::Cursor::Continue(talon::dom::indexed::Key const&) @ dom/indexed/Cursor.cpp:1690
      talon::dom::indexed::Transaction::Commit() @ dom/indexed/Transaction.cpp:955`,
    crashes: ["lock 0", "disk 0", "assert 2 TALON_ASSERT(mState != State::Complete)", "poison 1"],
  }),
  talon("prefs", EVERYWHERE, ["parent", "parent"], {
    chain: `
      talon::prefs::Table::Lookup(char const*) @ prefs/Table.cpp:331
      talon::prefs::GetBool(char const*, bool) @ prefs/Preferences.cpp:1204`,
    crashes: ["wild 0", "assert 1 TALON_ASSERT(IsMainThread())"],
  }),
  talon("telemetry", EVERYWHERE, ["parent", "pool"], {
    chain: `
      pulse_core::metrics::counter::Counter::add @ rust/pulse_core/src/metrics/counter.rs:91
      pulse_core::dispatcher::Dispatcher::run @ rust/pulse_core/src/dispatcher.rs:188
      pulse_core::glue::pulse_counter_add @ rust/pulse_core/src/glue.rs:512`,
    crashes: ["panic 1 called `Result::unwrap()` on an `Err` value: Full(..)", "read 0"],
  }),
  talon("history", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::places::History::NotifyVisit(talon::places::Visit const&) @ places/History.cpp:1422
      talon::places::Observers::Notify(talon::places::Event const&) @ places/Observers.cpp:96`,
    crashes: ["poison 0", "read 1"],
  }),
  talon("ipc", EVERYWHERE, ["content", "ipc"], {
    chain: `
      talon::ipc::Channel::ProcessIncoming(unsigned long) @ ipc/ChannelPosix.cpp:590
      talon::ipc::Channel::OnReadable(int) @ ipc/ChannelPosix.cpp:831`,
    crashes: ["assert 0 TALON_ASSERT(aLength <= kMaxMessage)", "read 1", "copy 0"],
  }),
  talon("accessibility", DESKTOP, ["parent", "parent"], {
    chain: `
      talon::a11y::Accessible::GetRelation(talon::a11y::Relation) const @ a11y/Accessible.cpp:1955
      talon::a11y::ComWrapper::get_accChild(talon::a11y::Variant, talon::a11y::Dispatch**) @ a11y/windows/ComWrapper.cpp:348
      combase!CStdStubBuffer2_Invoke
      combase!DefaultStubInvoke
      combase!ThreadDispatch`,
    crashes: ["poison 0", "read 1", "exec 1"],
    only: { os: ["windows"] },
  }),
];
