/** Frames that many crashes share: they belong into the signature, and the next one does too. */
export const PREFIX = String.raw`
# A call of nothing
@0x0$

# Memory: taking, giving back, and the allocators' own parts
.*(alloc_impl|realloc|calloc|malloc|memalign)
_?_?(libc_)?free(_base|_dbg)?$
_?cfree
(je|tc|mi|rpm|moz)_(free|arena|x?malloc)
arena_
arena_t::
(chunk|huge|extent|large|slab)_(alloc|dalloc|ralloc|palloc)
mozalloc_
moz_x
MozJemalloc
BaseAllocator
Allocator<T>::
replace_(malloc|free|realloc|calloc)
unlink_chunk
malloc_(consolidate|printerr)
_int_(malloc|free|realloc|memalign)
sysmalloc
RtlpFreeHeap
RtlpAllocateHeap
Rtlp?(Allocate|Free|ReAllocate|Size|Validate|Log|Coalesce)Heap
RtlpHp
RtlpLowFragHeap
RtlReportCriticalFailure
Heap(Alloc|Free|ReAlloc|Size|Validate)
(Local|Global|Virtual)(Alloc|Free)
szone_
tiny_(malloc|free)
small_(malloc|free)
nanov?2?_
xzm_
___?BUG_IN_CLIENT_OF_LIBMALLOC
partition_alloc::
allocator_shim::
WTF::Partition
base::(PartitionAlloc|internal::Partition)
v8::internal::(FatalProcessOutOfMemory|V8::FatalProcessOutOfMemory)
v8::Utils::ReportOOMFailure
NS_ABORT_OOM
CrashAtUnhandlableOOM
js::AutoEnterOOMUnsafeRegion::crash
alloc::raw_vec::
alloc::(oom|handle_alloc_error)
core::ptr::drop_in_place
core::ptr::real_drop_in_place
drop_in_place

# Memory and text functions of C
_?_?_?_?(GI_)?_?_?mem(cpy|move|set|cmp|chr|mem|ccpy)
_?platform_mem(move|cpy|set|cmp|chr)
_?_?(GI_)?_?_?(str|wcs)(n?cpy|n?cat|n?i?cmp|n?casecmp|len|nlen|chr|rchr|str|casestr|dup|ndup|pbrk|spn|cspn|tok|tol|toul|tod)
_?_?v?s?n?w?printf
_?platform_str
__ascii_stricmp
_?_?(GI_)?bcopy
bzero
fastcopy_
inflate(_fast)?$
deflate
adler32
crc32

# Ends that a caller chose
Abort$
.*abort$
.*::Abort
.*::Crash$
.*(Fatal|Panic)(Error|Exit)?$
_purecall
__cxa_pure_virtual
__cxa_deleted_virtual
exit$
quick_exit
_cexit
doexit
common_exit

# Locks, threads and waits
pthread_
_?pthread_(mutex|rwlock|join|create|once)
__pthread_(mutex|rwlock|join)
___?pthread_mutex
std::(__1::)?(mutex|recursive_mutex|unique_lock|lock_guard|condition_variable|call_once|thread|this_thread)
_Mtx_
_Cnd_
RtlpWaitOn
Rtl(Try)?(Enter|Leave|Delete|Initialize)CriticalSection
RtlAcquire(Srw|Resource)
RtlRelease(Srw|Resource)
(Enter|Leave|Delete)CriticalSection
AcquireSRWLock
os_unfair_lock
_os_unfair_lock
OSSpinLock
OSAtomic
mozilla::detail::MutexImpl
mozilla::OffTheBooksMutex
base::internal::LockImpl
base::Lock
QMutex
QBasicMutex
g_mutex_
parking_lot
futex

# Files, pipes and sockets
(__GI_)?_?_?(libc_)?(open|close|read|write|send|recv|connect|accept|fsync|ioctl|lseek|mmap|munmap|mprotect)(64|msg|from|to)?$
_?f?(open|close|read|write|seek|flush|gets|puts)$
(Create|Read|Write|Close|Flush)(File|Handle)
NtClose
ReadFile
WriteFile

# Type information, casts, calls through pointers
__dynamic_cast
__RTDynamicCast
__RTtypeid
_?guard_(check|dispatch)_icall
LdrpValidateUserCallTarget
LdrpDispatchUserCallTarget
objc_(msgSend|retain|release|autorelease|storeStrong|loadWeak|destroyWeak|opt)
_objc_
CF(Retain|Release|Equal|Hash|Make|Array|Dictionary|String|RunLoop)
_CF
__CF
NS(Array|Dictionary|Set|String|Object|Invocation|Exception|Autorelease)
-\[NS
\+\[NS
CA(Layer|Transaction)(Retain|Release)?
swift_
_swift_
g_(object|type|signal|closure|free|slice|hash_table|main)_
gtk_
QObject::
QMetaObject::
QCoreApplication
QString
QList
QHash
SysFreeString
SysAllocString
Variant(Clear|Copy|Init|Change)
Co(TaskMem|Create|Marshal|Unmarshal|Uninitialize)
CStdStubBuffer
RpcRaiseException
RpcpRaiseException
Ndr(Client|Stub|Proxy)
Ole(Initialize|Uninitialize)

# Containers and text of applications
nsTArray
nsT(Substring|String|DependentString)
ns[AC]?String
PLDHash
PL_
PR_
PORT_
mozilla::(Maybe|UniquePtr|Span|Vector|HashMap|BufferList|Array|RefCounted|Result)
WTF::
base::(circular_deque|flat_|Optional|WeakPtr|span|Callback|OnceCallback|RepeatingCallback|raw_ptr)
absl::
folly::
boost::

# Engines of scripting languages on the way to what called them
js::(RunScript|InternalCall|Call|Interpret|jit::)
JS::Call
Interpret$
EnterJIT
EnterBaseline
v8::internal::(Builtin|Runtime|Execution|Invoke|Heap::|GCTracer|MarkCompact)
v8::Function::Call
lua_
luaD_
_?PyObject_
_?PyEval_
_?PyDict_

# Reading and writing messages between processes
IPC::ParamTraits

# Libraries and drivers: which one, and who called it
\(unloaded
<\.plt
.*\.dll$
.*\.dylib$
.*\.so$
XUL$
xul$
<name omitted>
<unknown in
T_[0-9]+
PLT
.*@plt
`;
