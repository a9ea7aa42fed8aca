import type { Os } from "../minidump-description";

/** Innermost calls into the operating system and the frames that a thread begins with, by what they are for. */
const SYSTEM_CALLS: Readonly<Record<string, Readonly<Record<Os, string>>>> = {
  main: {
    windows: `exe!__scrt_common_main_seh() @ /vctools/crt/vcstartup/src/startup/exe_common.inl:288
      kernel32!BaseThreadInitThunk
      ntdll!RtlUserThreadStart`,
    macos: "dyld!start",
    linux: `libc!__libc_start_call_main @ /usr/src/glibc/csu/libc_start_call_main.h:58
      libc!__libc_start_main_impl @ /usr/src/glibc/csu/libc-start.c:360
      exe!_start`,
    android: "libc!__pthread_start(void*)\nlibc!__start_thread",
  },
  thread: {
    windows: `ucrtbase!thread_start<unsigned int (__cdecl*)(void *),1>
      kernel32!BaseThreadInitThunk
      ntdll!RtlUserThreadStart`,
    macos: "pthread!_pthread_start\npthread!thread_start",
    linux: `libc!start_thread @ /usr/src/glibc/nptl/pthread_create.c:442
      libc!clone3 @ /usr/src/glibc/misc/../sysdeps/unix/sysv/linux/x86_64/clone3.S:81`,
    android: "libc!__pthread_start(void*)\nlibc!__start_thread",
  },
  wait: {
    windows: `ntdll!NtWaitForAlertByThreadId
      ntdll!RtlSleepConditionVariableSRW
      kernelbase!SleepConditionVariableSRW`,
    macos: "kernel!__psynch_cvwait\npthread!_pthread_cond_wait",
    linux: `libc!__futex_abstimed_wait_common @ /usr/src/glibc/nptl/futex-internal.c:103
      libc!pthread_cond_wait@@GLIBC_2.3.2 @ /usr/src/glibc/nptl/pthread_cond_wait.c:618`,
    android: `libc!syscall
      libc!__futex_wait_ex(void volatile*, bool, int, bool, timespec const*)
      libc!pthread_cond_wait`,
  },
  poll: {
    windows: "win32u!NtUserMsgWaitForMultipleObjectsEx\nuser32!RealMsgWaitForMultipleObjectsEx",
    macos: `kernel!mach_msg2_trap
      kernel!mach_msg
      corefoundation!__CFRunLoopServiceMachPort
      corefoundation!CFRunLoopRunSpecific`,
    linux: `libc!__poll @ /usr/src/glibc/io/../sysdeps/unix/sysv/linux/poll.c:29
      libglib!g_main_context_iterate`,
    android: "libc!__epoll_pwait",
  },
  read: {
    windows: "ntdll!ZwReadFile\nkernelbase!ReadFile",
    macos: "kernel!read",
    linux: "libc!__read @ /usr/src/glibc/io/../sysdeps/unix/sysv/linux/read.c:26",
    android: "libc!read",
  },
  copy: {
    windows: "vcruntime!memcpy",
    macos: "memory!_platform_memmove",
    linux: "libc!__memmove_avx_unaligned_erms",
    android: "libc!__memcpy",
  },
  abort: {
    windows: "ucrtbase!abort",
    macos: "kernel!__pthread_kill\npthread!pthread_kill\nsystemc!abort",
    linux: `libc!__pthread_kill_implementation @ /usr/src/glibc/nptl/pthread_kill.c:44
      libc!raise @ /usr/src/glibc/signal/../sysdeps/posix/raise.c:26
      libc!abort @ /usr/src/glibc/stdlib/abort.c:79`,
    android: "libc!abort",
  },
  lock: {
    windows: "ntdll!RtlAcquireSRWLockExclusive",
    macos: "pthread!_pthread_mutex_firstfit_lock_slow",
    linux: "libc!pthread_mutex_lock @ /usr/src/glibc/nptl/pthread_mutex_lock.c:80",
    android: "libc!pthread_mutex_lock",
  },
  free: {
    windows: `ntdll!RtlReportFatalFailure
      ntdll!RtlReportCriticalFailure
      ntdll!RtlpHeapHandleError
      ntdll!RtlpLogHeapFailure
      ntdll!RtlFreeHeap
      ucrtbase!_free_base`,
    macos: `kernel!__pthread_kill
      pthread!pthread_kill
      systemc!abort
      malloc!malloc_vreport
      malloc!malloc_report
      malloc!free`,
    linux: `libc!__pthread_kill_implementation @ /usr/src/glibc/nptl/pthread_kill.c:44
      libc!raise @ /usr/src/glibc/signal/../sysdeps/posix/raise.c:26
      libc!abort @ /usr/src/glibc/stdlib/abort.c:79
      libc!malloc_printerr @ /usr/src/glibc/malloc/malloc.c:5660
      libc!_int_free @ /usr/src/glibc/malloc/malloc.c:4577
      libc!free @ /usr/src/glibc/malloc/malloc.c:3385`,
    android: "libc!abort\nlibc!scudo::die()\nlibc!scudo::reportInvalidChunkState\nlibc!free",
  },
};

const RUST = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library";

/** The frames between a panic and the function that panicked. */
export function panicCalls(message: string): string {
  const outer = message.includes("Option::unwrap")
    ? `core::panicking::panic @ ${RUST}/core/src/panicking.rs:150
       core::option::unwrap_failed @ ${RUST}/core/src/option.rs:2236`
    : message.includes("Result::unwrap")
      ? `core::result::unwrap_failed @ ${RUST}/core/src/result.rs:1814`
      : message.startsWith("index out of bounds")
        ? `core::panicking::panic_bounds_check @ ${RUST}/core/src/panicking.rs:273`
        : "";
  return `std::panicking::rust_panic_with_hook @ ${RUST}/std/src/panicking.rs:850
    std::panicking::begin_panic_handler::{{closure}} @ ${RUST}/std/src/panicking.rs:691
    std::sys::backtrace::__rust_end_short_backtrace @ ${RUST}/std/src/sys/backtrace.rs:182
    core::panicking::panic_fmt @ ${RUST}/core/src/panicking.rs:80
    ${outer}`;
}

/**
 * Replaces each line `%purpose` of a call notation by that operating system's calls, and the module `exe` by the
 * product's program.
 */
export function expandSystemCalls(notation: string, os: Os, program: string): string {
  return notation
    .replace(/%([a-z]+)/g, (_, purpose: string) => {
      const calls = SYSTEM_CALLS[purpose];
      if (!calls) throw new Error(`The catalogue of sample crashes asks for the system calls "%${purpose}".`);
      return calls[os];
    })
    .replaceAll("exe!", `${program}!`);
}
