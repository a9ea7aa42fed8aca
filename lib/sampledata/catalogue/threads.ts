/** The outer frames of a thread that crashes, or all frames of one that idles. */
export interface ThreadFrames {
  readonly thread: string;
  readonly calls: string;
}

const talonChild = `
  talon::events::EventQueue::RunNext() @ events/EventQueue.cpp:188
  talon::events::MainLoop::Spin(bool) @ events/MainLoop.cpp:97
  talon::app::ChildProcess::Run() @ app/ChildProcess.cpp:611
  talon::app::ChildMain(int, char**) @ app/Main.cpp:402
  exe!main @ app/Main.cpp:57
  %main`;

const talonThread = `
  talon::threads::Thread::Main(void*) @ threads/Thread.cpp:263
  %thread`;

const talonPool = `
  talon::threads::TaskQueue::RunNext() @ threads/TaskQueue.cpp:142
  talon::threads::ThreadPool::Run() @ threads/ThreadPool.cpp:318
  ${talonThread}`;

const ospreyJob = `
  osp::jobs::Worker::Execute(osp::jobs::Job&) @ jobs/Worker.cpp:77
  osp::jobs::Worker::Loop() @ jobs/Worker.cpp:131
  %thread`;

const ospreyFrame = `
  osp::EditorLoop::Tick(double) @ editor/EditorLoop.cpp:209
  osp::EditorLoop::Run() @ editor/EditorLoop.cpp:88
  exe!main @ editor/Main.cpp:43
  %main`;

/** By the name that the catalogue uses; those of Talon have the functions of the module `talon`. */
export const THREADS: Readonly<Record<string, ThreadFrames>> = {
  parent: {
    thread: "MainThread",
    calls: `
      talon::events::EventQueue::RunNext() @ events/EventQueue.cpp:188
      talon::events::MainLoop::Spin(bool) @ events/MainLoop.cpp:97
      talon::app::Application::Run() @ app/Application.cpp:2114
      talon::app::Main(int, char**, talon::app::BootOptions const&) @ app/Main.cpp:341
      exe!main @ app/Main.cpp:52
      %main`,
  },
  startup: {
    thread: "MainThread",
    calls: `
      talon::app::Application::Startup() @ app/Application.cpp:1790
      talon::app::Application::Run() @ app/Application.cpp:2071
      talon::app::Main(int, char**, talon::app::BootOptions const&) @ app/Main.cpp:341
      exe!main @ app/Main.cpp:52
      %main`,
  },
  shutdown: {
    thread: "MainThread",
    calls: `
      talon::services::Shutdown::Run(talon::services::Phase) @ services/Shutdown.cpp:233
      talon::app::Application::~Application() @ app/Application.cpp:2248
      talon::app::Main(int, char**, talon::app::BootOptions const&) @ app/Main.cpp:349
      exe!main @ app/Main.cpp:52
      %main`,
  },
  child: { thread: "MainThread", calls: talonChild },
  script: {
    thread: "MainThread",
    calls: `
      talon::js::Interpret(talon::js::Context&, talon::js::Activation&) @ js/Interpreter.cpp:3312
      talon::js::RunScript(talon::js::Context&, talon::js::Script&) @ js/Interpreter.cpp:418
      talon::js::Call(talon::js::Context&, talon::js::Handle<talon::js::Value>) @ js/Calls.cpp:96
      talon::dom::EventListener::HandleEvent(talon::dom::Event&) @ dom/EventListener.cpp:540
      talon::dom::EventDispatcher::Dispatch(talon::dom::Event&, talon::dom::Target&) @ dom/EventDispatcher.cpp:1179
      ${talonChild}`,
  },
  layout: {
    thread: "MainThread",
    calls: `
      talon::layout::PresShell::DoReflow(talon::layout::Frame*, bool) @ layout/PresShell.cpp:9740
      talon::layout::PresShell::FlushLayout(talon::layout::FlushType) @ layout/PresShell.cpp:4102
      talon::layout::RefreshDriver::Tick(talon::TimeStamp) @ layout/RefreshDriver.cpp:2588
      ${talonChild}`,
  },
  pool: { thread: "TaskController #2", calls: talonPool },
  socket: {
    thread: "Socket Thread",
    calls: `
      talon::net::SocketLoop::DoPoll(talon::TimeDuration) @ net/base/SocketLoop.cpp:1220
      talon::net::SocketLoop::Run() @ net/base/SocketLoop.cpp:1065
      ${talonThread}`,
  },
  cache: {
    thread: "Cache I/O",
    calls: `
      talon::net::CacheThread::Loop() @ net/cache/CacheThread.cpp:447
      ${talonThread}`,
  },
  compositor: {
    thread: "Compositor",
    calls: `
      talon::gfx::CompositorScheduler::Composite(talon::VsyncId) @ gfx/CompositorScheduler.cpp:251
      ${talonPool}`,
  },
  renderer: {
    thread: "Renderer",
    calls: `
      talon::gfx::RenderThread::UpdateAndRender(talon::gfx::WindowId) @ gfx/RenderThread.cpp:812
      ${talonThread}`,
  },
  style: {
    thread: "StyleThread#3",
    calls: `
      weave::registry::WorkerThread::wait_until @ /crates/weave-core-1.13.0/src/registry.rs:842
      weave::registry::ThreadBuilder::run @ /crates/weave-core-1.13.0/src/registry.rs:53
      %thread`,
  },
  media: { thread: "MediaDecoder #1", calls: talonPool },
  audio: {
    thread: "AudioStream",
    calls: `
      talon::media::AudioStream::DataCallback(void*, long) @ media/AudioStream.cpp:655
      ${talonThread}`,
  },
  image: { thread: "ImgDecoder #2", calls: talonPool },
  worker: {
    thread: "DOM Worker",
    calls: `
      talon::dom::WorkerThread::RunLoop(talon::js::Context&) @ dom/workers/WorkerThread.cpp:3391
      ${talonThread}`,
  },
  storage: { thread: "IndexedStore #4", calls: talonPool },
  ipc: {
    thread: "IPC I/O Child",
    calls: `
      talon::ipc::MessagePump::Run() @ ipc/MessagePump.cpp:183
      ${talonThread}`,
  },
  watchdog: { thread: "Shutdown Watchdog", calls: "%thread" },
  mail: {
    thread: "MainThread",
    calls: `
      talon!talon::events::EventQueue::RunNext() @ events/EventQueue.cpp:188
      talon!talon::events::MainLoop::Spin(bool) @ events/MainLoop.cpp:97
      talon!talon::app::Application::Run() @ app/Application.cpp:2114
      talon!talon::app::Main(int, char**, talon::app::BootOptions const&) @ app/Main.cpp:341
      exe!main @ app/Main.cpp:52
      %main`,
  },
  imap: {
    thread: "IMAP",
    calls: `
      heron::imap::Protocol::Loop() @ imap/Protocol.cpp:1330
      talon!talon::threads::Thread::Main(void*) @ threads/Thread.cpp:263
      %thread`,
  },
  editor: { thread: "Main", calls: ospreyFrame },
  job: { thread: "Job Worker 5", calls: ospreyJob },
  render: {
    thread: "Render",
    calls: `
      ospreyrender!osp::render::FrameGraph::Execute(osp::render::CommandList&) @ render/FrameGraph.cpp:406
      ospreyrender!osp::render::RenderThread::Main() @ render/RenderThread.cpp:152
      %thread`,
  },
};

/** Threads that wait for work while another one crashes, by the module that their functions belong to. */
export const IDLE_THREADS: Readonly<Record<string, readonly ThreadFrames[]>> = {
  talon: [
    {
      thread: "Timer",
      calls: `%wait\ntalon::threads::TimerThread::Run() @ threads/TimerThread.cpp:598\n${talonThread}`,
    },
    {
      thread: "IPC I/O Parent",
      calls: `%poll\ntalon::ipc::MessagePump::Run() @ ipc/MessagePump.cpp:177\n${talonThread}`,
    },
    ...["JS Helper", "TaskController #0", "TaskController #1", "BgIOThreadPool #1"].map((thread) => ({
      thread,
      calls: `%wait
        talon::threads::ThreadPool::WaitForTask() @ threads/ThreadPool.cpp:274
        talon::threads::ThreadPool::Run() @ threads/ThreadPool.cpp:301
        ${talonThread}`,
    })),
    {
      thread: "Socket Thread",
      calls: `%poll
        talon::net::SocketLoop::Poll(talon::TimeDuration*) @ net/base/SocketLoop.cpp:703
        talon::net::SocketLoop::DoPoll(talon::TimeDuration) @ net/base/SocketLoop.cpp:1198
        talon::net::SocketLoop::Run() @ net/base/SocketLoop.cpp:1065
        ${talonThread}`,
    },
    {
      thread: "Cache I/O",
      calls: `%read\ntalon::net::CacheThread::Loop() @ net/cache/CacheThread.cpp:431\n${talonThread}`,
    },
    {
      thread: "VsyncThread",
      calls: `%wait
        talon::gfx::VsyncSource::WaitForNext() @ gfx/VsyncSource.cpp:90
        ${talonThread}`,
    },
  ],
  ospreycore: [
    ...["Job Worker 1", "Job Worker 2", "Job Worker 3"].map((thread) => ({
      thread,
      calls: `%wait
        osp::jobs::Semaphore::Wait() @ jobs/Semaphore.cpp:39
        osp::jobs::Worker::Loop() @ jobs/Worker.cpp:118
        %thread`,
    })),
    {
      thread: "Asset Watcher",
      calls: `%read\nosp::assets::Watcher::Poll() @ assets/Watcher.cpp:61\n%thread`,
    },
    { thread: "Audio Mixer", calls: `%wait\nosp::audio::Mixer::Run() @ audio/Mixer.cpp:204\n%thread` },
  ],
};
