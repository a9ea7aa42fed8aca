/** Frames that say nothing about a crash: how it ended, how it was reported, and plumbing in between. */
export const IRRELEVANT = String.raw`
# Addresses that belong to no function
@0x[0-9a-fA-F]{2,}
@0x[1-9a-fA-F]$

# Stack and buffer checks of compilers and C libraries
_?_?_?chkstk(_ms)?$
__chkstk_darwin
__stack_chk_fail
__fortify_fail
__GI___fortify_fail
__chk_fail
__report_(gsfailure|rangecheckfailure|securityfailure)
__security_check_cookie
_RTC_
__asan_
__ubsan_
__tsan_

# How a program ends itself
(__GI_)?abort$
(__GI_)?raise$
__pthread_kill(_implementation|_internal)?$
__GI___pthread_kill
pthread_kill$
tgkill$
_exit$
_Exit$
(__GI_)?__assert(_fail|_fail_base|_perror_fail)?$
__assert_rtn$
_wassert$
_invalid_parameter
_invoke_watson
__fastfail
RaiseFailFastException
RtlFailFast
RtlReportFatalFailure
RtlRaise(Exception|Status)$
RaiseException$
TerminateProcess$
NtTerminateProcess$
ExitProcess$
__libc_message
android_set_abort_message
art::Runtime::Abort
art::Runtime::Aborter

# C++: throwing, ending for want of a handler, and what the language calls itself
__cxa_(throw|rethrow|call_unexpected|call_terminate|bad_cast|bad_typeid|begin_catch|end_catch|get_exception_ptr|init_primary_exception|current_exception_type)
__cxxabiv1::
__gxx_personality
__gnu_cxx::__verbose_terminate_handler
_Unwind_
_CxxThrowException
__CxxFrameHandler
__terminate$
std::(terminate|unexpected|rethrow_exception|__throw_)
std::__terminate
std::__1::__throw_
std::_X?[a-z_]+_error$
std::_Xlength_error
std::_Xout_of_range

# Standard library: containers, smart pointers, strings, function objects, atomics
std::(__1::|__cxx11::)?(_?_?shared|_?_?unique|_?_?weak|auto)_(ptr|count)
std::(__1::|__cxx11::)?_?_?(Sp|Ptr)_
std::(__1::|__cxx11::)?_Sp_counted
std::(__1::|__cxx11::)?_Ref_count
std::(__1::|__cxx11::)?(_?_?vector|_Vector|deque|_Deque|list|_List|map|_?_?tree|_Tree|_Rb_tree|_?_?hash|_Hash|unordered_|array|span|tuple|pair|optional|_Optional|variant|any|initializer_list|move_iterator|reverse_iterator)
std::(__1::|__cxx11::)?(basic_string|_?_?char_traits|char_traits)
std::(__1::|__cxx11::)?(_?_?invoke|__invoke|function|_Func|_Function_handler|__function::|bind|_Bind|mem_fn|reference_wrapper)
std::(__1::|__cxx11::)?(_?_?atomic|__atomic_base|_Atomic)
std::(__1::|__cxx11::)?(allocator|allocator_traits|_Destroy|_Construct|destroy_at|construct_at|__uninitialized|uninitialized_|__destroy|_Destroy_range)
std::(__1::|__cxx11::)?(for_each|find_if|copy|__copy|move|__move|forward|swap|exchange|sort|__sort|__introsort|_Sort)
__gnu_cxx::(new_allocator|__normal_iterator|__ops)
RefPtr<T>
nsCOMPtr
nsRefPtr
scoped_refptr
QSharedPointer
QScopedPointer
boost::(shared_ptr|intrusive_ptr|scoped_ptr)
__(mem|str)(cpy|move|set|cmp|len|chr)
operator (new|delete)
(new|delete)(\[\])?$
void std::

# Rust: panics, what leads to them, and the glue of closures and drops
rust_begin_unwind
rust_panic
__rust_(start_panic|panic_cleanup|drop_panic|foreign_exception)
__rust_(try|begin_short_backtrace|end_short_backtrace|maybe_catch_panic)
__rg_oom
__rust_alloc_error_handler
rust_oom
std::panicking::
std::panic::
std::rt::
std::sys(_common)?::
std::alloc::
std::process::abort
std::io::stdio::
std::thread::local::
core::panicking::
core::panic::
core::result::unwrap_failed
core::result::Result<T>
core::option::(unwrap_failed|expect_failed|expect_none_failed)
core::option::Option<T>
core::str::slice_error_fail
core::slice::index
core::slice::(index_len_fail|slice_index_order_fail|slice_end_index_len_fail|slice_start_index_len_fail)
core::ops::function::(Fn|FnMut|FnOnce)::call(_mut|_once)?
core::ops::function::impls::
core::fmt::
core::intrinsics
core::mem::
core::ptr::(write|read|mut_ptr|const_ptr|non_null|unique)
core::iter::
core::cell::panic_already
core::num::
alloc::alloc::
alloc::boxed::
alloc::vec::
alloc::rc::
alloc::sync::Arc<T>
alloc::raw_vec::RawVec
alloc::string::
alloc::slice::
<alloc::
<core::
<std::
<T as core::
compiler_builtins::

# Crash reporters, signal handling and whoever asks them to report
google_breakpad::
crashpad::
breakpad_
crash_handler::
minidump_writer::
sentry_
_?_?sigaction$
__restore_rt
__kernel_rt_sigreturn
_sigtramp
sigsegv_handler
KiUserExceptionDispatch(er)?
KiUserCallbackDispatch
RtlDispatchException
RtlpExecuteHandlerForException
RtlpCallVectoredHandlers
UnhandledExceptionFilter
_XcptFilter
__C_specific_handler

# Assertions and logging on the way to a crash
MOZ_Crash
MOZ_CrashPrintf
MOZ_ReportCrash
MOZ_ReportAssertionFailure
mozalloc_abort
AnnotateMozCrashReason
NS_DebugBreak
Abort_With_Message
logging::(LogMessage|CheckError|DCheck|RawLog|LogMessageFatal|NotImplemented)
google::LogMessage
absl::.*(LogMessage|CheckOp)
base::debug::
base::ImmediateCrash
base::internal::(OnNoMemory|Invoker|FunctorTraits|InvokeHelper|RunImpl)
qt_assert
qt_message_(fatal|output)
QMessageLogger::
g_(assertion_message|log|logv|return_if_fail_warning)
__android_log_(assert|call_aborter)
CFLog
NSLog
objc_exception_(throw|rethrow)
__objc_(terminate|exception)
_objc_(fatal|terminate)

# Handing control about: system calls, entry stubs, waits and message loops
KiFastSystemCall(Ret)?
KiFastCallEntry
NtWaitFor
ZwWaitFor
NtDelayExecution
NtRemoveIoCompletion
NtRaiseException
WaitFor(Single|Multiple)Objects?(Ex)?
SleepConditionVariable
RtlSleepConditionVariable
SleepEx?$
mach_msg(_trap|2_trap|_overwrite|2_internal)?$
semaphore_(timed)?wait(_signal)?(_trap)?$
__psynch_
kevent(64|_qos|_id)?$
__workq_kernreturn
_dispatch_
dispatch_
__syscall
syscall$
__libc_(start_main|start_call_main)
__futex_
__lll_lock
___?pthread_cond_(timed)?wait
__pthread_cond_
pthread_cond_(timed)?wait
epoll_p?wait
__epoll_
__GI_(__)?(p?poll|select|epoll_wait)
p?poll$
select$
__clock_nanosleep
nanosleep$
usleep$
__skb_wait
RtlUserThreadStart
BaseThreadInitThunk
_?thread_start
start_thread
clone3?$
_?_start$

# Thunks and names that hide what they stand for
\[?thunk\]?
non-virtual thunk
virtual thunk
_?vcall
.*\$s?adjustor
objc_msgSend_uncached
lookUpImpOrForward

# Android: images of managed code, and parts of the system without symbols
app_process
linker(64)?$
boot(-[a-z-]+)?\.(oat|art)
base\.(odex|apk|vdex)
.*\.apk!
dalvik-
\[anon:
libart\.so$
libc\.so$
libm\.so$
libdl\.so$
libutils\.so$
libbinder\.so$
libandroid_runtime\.so$
libhwui\.so$

# Graphics drivers and other system libraries without symbols
.*\.so\.\d
linux-(gate|vdso)
vdso(32|64)?$
ashmem
`;
