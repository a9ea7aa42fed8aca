import { IRRELEVANT } from "./irrelevant";
import { PREFIX } from "./prefix";

/** Frames at which a stack gets interesting, wherever they are: exact names. */
const sentinels = String.raw`
# A call through a pointer that points nowhere
_purecall
__cxa_pure_virtual

# A call to another process that never came back
mozilla::ipc::RPCChannel::Call if CrashReporter::CreatePairedMinidumps

# Where a signal interrupted the program
_sigtramp
__restore_rt

# A panic of Rust
core::panicking::panic
core::panicking::panic_fmt
core::panicking::panic_bounds_check
core::panicking::assert_failed
std::panicking::begin_panic
std::panicking::begin_panic<T>
std::panicking::begin_panic_fmt
core::result::unwrap_failed
core::option::unwrap_failed
core::option::expect_failed
alloc::alloc::handle_alloc_error

# A failed assertion of C
__assert_fail
__GI___assert_fail
__assert_rtn

# An uncaught exception of C++
std::terminate
std::__terminate

# A parameter that a C library refuses
google_breakpad::ExceptionHandler::HandleInvalidParameter
_invalid_parameter_noinfo

# A lock that is waited for
mozilla::detail::MutexImpl::lock
mozilla::detail::MutexImpl::mutexLock

# An error between processes that ends one of them
IPC::MessageReader::FatalError
IPC::MessageWriter::FatalError

# A crash of Java that native code reports
Java_org_mozilla_gecko_GeckoAppShell_reportJavaCrash
`;

/** Functions so large that only their line tells crashes apart. */
const withLineNumbers = String.raw`
# Interpreter loops
js_Interpret$
Interpret$
_PyEval_EvalFrameDefault$
luaV_execute$
`;

/** The signature lists that come with the product: native software in general, and Firefox. */
export const BUILT_IN_LISTS = {
  irrelevant_signature_re: IRRELEVANT,
  prefix_signature_re: PREFIX,
  signature_sentinels: sentinels,
  signatures_with_line_numbers_re: withLineNumbers,
};
