import { BROWSERS, DESKTOP, EVERYWHERE, talon, type Component } from "./component";

const SHUTDOWN = `
  talon::services::Debugger::Abort(char const*, int) @ services/Debugger.cpp:41
  talon::services::ShutdownBarrier::OnTimeout() @ services/ShutdownBarrier.cpp:358
  talon::services::ShutdownBarrier::Wait(talon::services::Phase) @ services/ShutdownBarrier.cpp:204`;

const WATCHDOG = "talon::(anonymous namespace)::RunWatchdog(void*) @ services/ShutdownWatchdog.cpp:212";

const shutdownTimeout = (
  phase: string,
  ...blockers: readonly string[]
): Readonly<Record<string, string>> => ({
  ShutdownProgress: phase,
  AsyncShutdownTimeout: JSON.stringify({
    phase,
    conditions: blockers.map((name) => ({
      name,
      state: "(none)",
      filename: "resource://app/modules/Shutdown.mjs",
      lineNumber: 612,
      stack: [
        "resource://app/modules/Shutdown.mjs:addBlocker:612",
        "resource://app/modules/Startup.mjs:init:88",
      ],
    })),
  }),
});

/** Programs that take too long to end, wait or answer. */
export const HANG_COMPONENTS: readonly Component[] = [
  talon("blocked-profile", DESKTOP, ["parent", "shutdown"], {
    chain: SHUTDOWN,
    crashes: ["assert 0 AsyncShutdownTimeout | profile-before-change"],
    share: 0.9,
    annotations: shutdownTimeout("profile-before-change", "Places: final sync", "SessionStore: flush"),
  }),
  talon("blocked-storage", DESKTOP, ["parent", "shutdown"], {
    chain: SHUTDOWN,
    crashes: ["assert 0 AsyncShutdownTimeout | profile-change-teardown"],
    share: 0.35,
    annotations: shutdownTimeout("profile-change-teardown", "IndexedStore: closing databases"),
  }),
  talon("blocked-extensions", DESKTOP, ["parent", "shutdown"], {
    chain: SHUTDOWN,
    crashes: ["assert 0 AsyncShutdownTimeout | quit-application-granted"],
    share: 0.2,
    annotations: shutdownTimeout("quit-application-granted", "ExtensionManager: shutting down providers"),
  }),
  talon("watchdog-storage", DESKTOP, ["parent", "watchdog"], {
    chain: WATCHDOG,
    crashes: ["hang 0 Shutdown hanging at step Teardown. Something is blocking the main thread."],
    share: 0.8,
    stuck: `%wait
      talon::threads::CondVar::Wait() @ threads/CondVar.cpp:44
      talon::dom::indexed::Service::WaitForClosing() @ dom/indexed/Service.cpp:1207`,
    annotations: { ShutdownProgress: "Teardown", ShutdownReason: "AppClose" },
  }),
  talon("watchdog-network", EVERYWHERE, ["parent", "watchdog"], {
    chain: WATCHDOG,
    crashes: ["hang 0 Shutdown hanging at step NetTeardown. Something is blocking the main thread."],
    share: 0.5,
    stuck: `%poll
      talon::net::SocketLoop::JoinThread() @ net/base/SocketLoop.cpp:1401
      talon::net::Service::Shutdown() @ net/base/Service.cpp:388`,
    annotations: { ShutdownProgress: "NetTeardown", ShutdownReason: "OsShutdown" },
  }),
  talon("killed-late", BROWSERS, ["content", "child"], {
    chain: `%wait
      talon::dom::PendingSave::Spin() @ dom/PendingSave.cpp:71
      talon::app::ChildProcess::RecvShutdown() @ app/ChildProcess.cpp:2950`,
    crashes: ["hang 0"],
    share: 1.1,
    annotations: { ipc_channel_error: "ShutDownKill", additional_minidumps: "browser" },
  }),
  talon("unresponsive", BROWSERS, ["content", "script"], {
    chain:
      "talon::js::regexp::Execute(talon::js::Context&, talon::js::Program const&) @ js/regexp/Execute.cpp:871",
    crashes: ["hang 0"],
    share: 0.15,
    annotations: { Hang: "ui" },
    only: { channels: ["nightly", "beta"] },
  }),
];

/** Memory that ran out, and messages that went wrong. */
export const RESOURCE_COMPONENTS: readonly Component[] = [
  talon("out-of-memory-small", EVERYWHERE, ["content", "script"], {
    chain: `
      talon::base::HandleOom(unsigned long) @ base/Memory.cpp:61
      talon::base::AllocateOrCrash(unsigned long) @ base/Memory.cpp:44
      talon::String::Append(talon::StringView) @ base/String.cpp:1310`,
    crashes: ["oom 0 small"],
    share: 2,
  }),
  talon("out-of-memory-images", BROWSERS, ["content", "image"], {
    chain: `
      talon::base::HandleOom(unsigned long) @ base/Memory.cpp:61
      talon::base::AllocateOrCrash(unsigned long) @ base/Memory.cpp:44
      talon::image::Surface::Allocate(talon::gfx::IntSize) @ image/Surface.cpp:203
      talon::image::Decoder::Decode(talon::image::Resume*) @ image/Decoder.cpp:158`,
    crashes: ["oom 0 large"],
    share: 0.5,
  }),
  talon("out-of-memory-script", BROWSERS, ["content", "script"], {
    chain: `
      talon::js::AutoUnsafeOom::crash(unsigned long, char const*) @ js/vm/Allocation.cpp:1552
      talon::js::ArrayBuffer::grow(talon::js::Context&, unsigned long) @ js/vm/ArrayBuffer.cpp:690`,
    crashes: ["oom 0 large"],
    share: 0.3,
    annotations: { JSLargeAllocationFailure: "Reporting" },
  }),
  talon("message-too-large", EVERYWHERE, ["content", "script"], {
    chain: `
      talon::ipc::Channel::Send(talon::ipc::Message&&) @ ipc/Channel.cpp:1012
      talon::dom::BrowserChild::SendSessionData(talon::dom::SessionData const&) @ dom/ipc/BrowserChild.cpp:3370`,
    crashes: ["assert 0 IPC message size is too large"],
    share: 0.2,
    annotations: { IPCMessageName: "PBrowser::Msg_SessionData", IPCMessageSize: "289117184" },
  }),
  talon("fatal-message", BROWSERS, ["parent", "parent"], {
    chain: `
      talon::ipc::FatalError(char const*, bool) @ ipc/Protocol.cpp:188
      talon::ipc::HandleFatalError(char const*, bool) @ ipc/Protocol.cpp:171
      talon::dom::BrowserParent::OnMessageReceived(talon::ipc::Message const&) @ dom/ipc/BrowserParent.cpp:2204`,
    crashes: ["assert 0 IPC FatalError in the parent process!"],
    share: 0.2,
    annotations: { IPCFatalErrorMsg: "Error deserializing 'SessionData'", IPCFatalErrorProtocol: "PBrowser" },
  }),
  talon("freed-element", BROWSERS, ["content", "script"], {
    chain: "talon::dom::CustomElement::Upgrade(talon::dom::Element&) @ dom/CustomElement.cpp:944",
    crashes: ["poison 0"],
    share: 0.05,
    annotations: { PHCKind: "FreedPage", PHCBaseAddress: "140190632484864", PHCUsableSize: "96" },
    only: { channels: ["nightly", "beta"] },
  }),
];

/** Crashes with a history, and those that other people's software causes. */
export const STORY_COMPONENTS: readonly Component[] = [
  talon("new-tab-groups", ["Kestrel"], ["parent", "parent"], {
    chain: `
      ^ talon::tabs::GroupMap::Find(unsigned long) const @ tabs/GroupMap.h:52
      talon::tabs::TabGroup::Detach(talon::tabs::Tab&) @ tabs/TabGroup.cpp:318
      talon::tabs::TabStrip::CloseGroup(unsigned long) @ tabs/TabStrip.cpp:1147`,
    crashes: ["read 0"],
    share: 5,
    only: { story: "new" },
  }),
  talon("fixed-session", EVERYWHERE, ["parent", "parent"], {
    chain: `
      talon::session::Store::Restore(talon::session::Window const&) @ session/Store.cpp:2091
      talon::session::Startup::OnReady() @ session/Startup.cpp:140`,
    crashes: ["poison 0"],
    share: 3,
    only: { story: "fixed" },
  }),
  talon("startup-profile", DESKTOP, ["parent", "startup"], {
    chain: `
      talon::profile::Lock::Acquire(talon::Path const&) @ profile/Lock.cpp:260
      talon::profile::Service::Select(int, char**) @ profile/Service.cpp:915`,
    crashes: ["assert 0 TALON_ASSERT(profile folder is writable)", "disk 1"],
    share: 0.5,
    annotations: { StartupCrash: "1" },
  }),
  talon("startup-driver", ["Kestrel"], ["parent", "startup"], {
    chain: `
      nvidia!driver
      talon::gfx::DriverProbe::Run() @ gfx/DriverProbe.cpp:133`,
    crashes: ["read 0"],
    share: 0.25,
    annotations: { StartupCrash: "1", GraphicsStartupTest: "1" },
    only: { os: ["windows", "linux"], cpu: ["amd64"] },
  }),
  talon("injected", DESKTOP, ["parent", "parent"], {
    chain: `
      guard!driver
      guard!driver
      kernelbase!CreateFileW
      talon::io::File::Open(talon::Path const&, int) @ io/FileWin.cpp:118`,
    crashes: ["wild 0", "exec 1"],
    share: 0.6,
    only: { os: ["windows"], cpu: ["amd64"] },
  }),
  talon("unloaded", ["Kestrel"], ["content", "child"], {
    chain: `
      unloaded!code
      talon::plugins::Host::Destroy() @ plugins/Host.cpp:402`,
    crashes: ["exec 0"],
    share: 0.1,
    only: { os: ["windows"] },
  }),
  talon("esr-certificates", DESKTOP, ["parent", "socket"], {
    chain: `
      talon::tls::CertificateCache::Find(talon::tls::Fingerprint const&) @ tls/CertificateCache.cpp:127
      talon::tls::Verifier::BuildChain(talon::tls::Certificate&) @ tls/Verifier.cpp:540`,
    crashes: ["lock 0", "poison 1"],
    share: 0.8,
    only: { channels: ["esr"] },
  }),
  talon("nightly-assertion", BROWSERS, ["content", "layout"], {
    chain: "talon::layout::Anchor::Resolve(talon::layout::Frame&) const @ layout/Anchor.cpp:203",
    crashes: ["assert 0 TALON_ASSERT(mTarget->IsPositioned())"],
    share: 0.7,
    only: { channels: ["nightly"] },
  }),
];
