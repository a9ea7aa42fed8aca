import { keyword, long, text } from "../builders";

/** Memory figures of the machine, of the process and of its memory report. */
export const memoryFields = [
  long("available_page_file", "Commit memory left to the process, bytes."),
  long("available_physical_memory", "Free RAM, bytes."),
  long("available_virtual_memory", "Free address space, bytes."),
  keyword("js_large_allocation_failure", "State of a failed large JS allocation."),
  long("memory_explicit", "Memory report: explicit.", { path: "memory_measures.explicit" }),
  long("memory_gfx_textures", "Memory report: GL textures.", { path: "memory_measures.gfx_textures" }),
  long("memory_ghost_windows", "Memory report: number of ghost windows.", {
    path: "memory_measures.ghost_windows",
  }),
  long("memory_heap_allocated", "Memory report: heap in use.", { path: "memory_measures.heap_allocated" }),
  long("memory_heap_overhead", "Memory report: heap overhead.", { path: "memory_measures.heap_overhead" }),
  long("memory_heap_unclassified", "Memory report: heap-unclassified.", {
    path: "memory_measures.heap_unclassified",
  }),
  long("memory_host_object_urls", "Memory report: host-object-urls count.", {
    path: "memory_measures.host_object_urls",
  }),
  long("memory_images", "Memory report: images.", { path: "memory_measures.images" }),
  long("memory_js_main_runtime", "Memory report: JS main runtime.", {
    path: "memory_measures.js_main_runtime",
  }),
  long("memory_private", "Memory report: private.", { path: "memory_measures.private" }),
  long("memory_resident", "Memory report: resident set.", { path: "memory_measures.resident" }),
  long("memory_resident_unique", "Memory report: unique set.", { path: "memory_measures.resident_unique" }),
  long("memory_system_heap_allocated", "Memory report: system allocator.", {
    path: "memory_measures.system_heap_allocated",
  }),
  long("memory_top_none_detached", "Memory report: detached top(none) windows.", {
    path: "memory_measures.top_none_detached",
  }),
  long("memory_vsize", "Memory report: virtual size.", { path: "memory_measures.vsize" }),
  long("memory_vsize_max_contiguous", "Memory report: largest free block.", {
    path: "memory_measures.vsize_max_contiguous",
  }),
  long("oom_allocation_size", "Size of the failed allocation, bytes."),
  text("phc_alloc_stack", "PHC allocation stack (addresses).", { access: "protected" }),
  text("phc_base_address", "PHC allocation base address.", { access: "protected" }),
  text("phc_free_stack", "PHC free stack (addresses).", { access: "protected" }),
  keyword("phc_kind", "PHC allocation kind.", { access: "protected" }),
  long("phc_usable_size", "PHC usable size, bytes.", { access: "protected" }),
  long("system_memory_use_percentage", "RAM in use, percent."),
  long("total_page_file", "Commit limit, bytes."),
  long("total_physical_memory", "RAM, bytes."),
  long("total_virtual_memory", "User address space, bytes."),
] as const;
