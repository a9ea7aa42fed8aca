import type { Random } from "#lib/sampledata/random";

const WORDS = [
  ...["app", "net", "Socket", "mozilla", "dom", "nsTArray", "RefPtr", "std", "vector", "Table", "x", "IPC"],
  ...["js", "wasm", "ParamTraits", "Foo_2", "~Node", "operatorish", "déjà", "core", "alloc", "Box", "fmt"],
];
/** Names that signature lists know something about, and others that look like them. */
const LISTED = [
  ...["memcpy", "malloc", "strlen", "abort", "raise", "mozalloc_abort", "RaiseException", "_purecall"],
  ...["_sigtramp", "KiFastSystemCallRet", "objc_msgSend", "__GI___assert_fail", "RtlpWaitOnCriticalSection"],
  ...["core::panicking::panic_fmt", "std::panicking::begin_panic", "alloc::oom::oom", "rust_panic"],
  ...["mozilla::(anonymous namespace)::RunWatchdog(void*)", "NS_ABORT_OOM(unsigned int)", "js_Interpret"],
  ...["<name omitted>", "<unknown in igd10umd32.dll>", "static void mozalloc_handle_oom(unsigned int)"],
  ...["IPC::MessageReader::FatalError", "__memcpy_avx", "free", "je_malloc", "pthread_mutex_lock", "XUL"],
];
const OPERATORS = [
  ...[
    "operator()",
    "operator->",
    "operator<",
    "operator<<",
    "operator>",
    "operator>=",
    "operator==",
    "operator[]",
  ],
  ...["operator new", "operator delete", "operator bool", "operator()<int>", "operator<=>", 'operator"" _s'],
];
const ARGUMENTS = [
  ...["int", "char const*", "unsigned long", "std::map<int, std::vector<X>>&", "void (*)(int)", "Foo&&"],
  ...["...", "T const &", "int (&)[3]", "nsTArray<int> *", "const char * *", "a,b", "decltype(f())"],
];
const PREFIXES = [
  "void ",
  "static void ",
  "bool ",
  "T<int, X> ",
  "unsigned __int64 ",
  "virtual thunk to ",
  "const ",
];
const ENDS = [
  ...[" const", " const&", " const &", " &&", " &", " volatile", " noexcept", " [clone .cold.12]", " "],
  ...[
    " [clone .isra.0]",
    " [clone .cold] [clone .part.3]",
    "::h0123456789abcdef",
    "::h1",
    " -> int",
    "::$_0::f",
  ],
];
const SPECIAL_PARTS = [
  ...["(anonymous namespace)", "`anonymous namespace'", "<lambda_1>", "$_12", "{closure#0}", "{{closure}}"],
  ...[
    "`anonymous-namespace'",
    "<lambda(int)>",
    "{lambda(auto:1)#1}",
    "`dynamic initializer for 'x''",
    "(anonymous class)",
    "IPC::ParamTraits<nsTArray<int> >",
    "IPC::ParamTraits<X>",
    "Foo<IPC::ParamTraits<X> >",
    "Foo<<name omitted> >",
    "Foo<find in x>",
  ],
];
const SHREDS = [
  "<",
  ">",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  "`",
  "'",
  " ",
  ",",
  "*",
  "&",
  "::",
  "\t",
  "\u00a0",
  "ß",
  "\u{1F600}",
];

/** The name of a function as compilers and symbol files have it, now and then damaged. */
export function madeUpFunction(chance: Random): string {
  const kind = chance.next();
  if (kind < 0.25) return chance.pick(LISTED);
  const name = kind < 0.4 ? rustName(chance) : cppName(chance);
  return chance.chance(0.15) ? damaged(name, chance) : name;
}

function cppName(chance: Random): string {
  const prefix = chance.chance(0.3) ? chance.pick(PREFIXES) : "";
  const parts = Array.from({ length: chance.integer(1, 4) }, () => part(chance));
  const last = chance.chance(0.15) ? [chance.pick(OPERATORS)] : [];
  const list = Array.from({ length: chance.integer(0, 3) }, () => chance.pick(ARGUMENTS));
  const space = chance.chance(0.05) ? " " : "";
  const args = chance.chance(0.8) ? `${space}(${list.join(chance.pick([",", ", "]))})` : "";
  return `${prefix}${[...parts, ...last].join("::")}${args}${chance.chance(0.3) ? chance.pick(ENDS) : ""}`;
}

function part(chance: Random): string {
  if (chance.chance(0.1)) return chance.pick(SPECIAL_PARTS);
  return chance.pick(WORDS) + (chance.chance(0.3) ? template(chance) : "");
}

function template(chance: Random, depth = 0): string {
  const items = Array.from({ length: chance.integer(0, 2) }, () =>
    depth < 3 && chance.chance(0.4)
      ? chance.pick(WORDS) + template(chance, depth + 1)
      : chance.pick(ARGUMENTS),
  );
  return `<${items.join(", ")}${chance.pick(["", " "])}>`;
}

function rustName(chance: Random): string {
  const type = () =>
    `${chance.pick(WORDS)}::${chance.pick(WORDS)}${chance.chance(0.4) ? template(chance) : ""}`;
  const head = chance.chance(0.4) ? `<${type()} as ${type()}>` : type();
  const closure = chance.chance(0.2) ? "::{{closure}}" : "";
  const hash = chance.chance(0.6) ? `::h${chance.hex(16)}` : "";
  return `${head}::${chance.pick(WORDS)}${closure}${hash}`;
}

function damaged(name: string, chance: Random): string {
  const at = chance.integer(0, name.length);
  return chance.chance(0.3)
    ? name.slice(0, at)
    : name.slice(0, at) + chance.pick(SHREDS) + name.slice(at + chance.integer(0, 2));
}
