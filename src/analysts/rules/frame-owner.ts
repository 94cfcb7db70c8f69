import type { Frame, LossRecord, Stack } from '../../log/document.js';

/**
 * Whose code a frame runs.
 *
 * - `allocator`: hands out memory and nothing else (`malloc`, `operator new`)
 * - `handover`: a library function whose result the caller must free (`strdup`, `getline`), so that the caller is
 *   responsible for the block
 * - `initialiser`: a library setting itself up once for the life of the process (loader, locale, name service)
 * - `interpreter`: a language runtime, which keeps its objects to itself
 * - `library`: a library at work for its caller: the C, C++ or TLS library, or one of the system's
 * - `starter`: what runs before `main` or before a thread's first function
 * - `program`: everything else
 */
export type FrameOwner =
  | 'allocator'
  | 'handover'
  | 'initialiser'
  | 'interpreter'
  | 'library'
  | 'starter'
  | 'program';

/** Tells whose code a frame runs. Made for one set of logs, since it learns from their frames. */
export type OwnerOf = (frame: Frame) => FrameOwner;

/** What a memory checker or a preloaded library puts before a name, and the version the linker puts behind it. */
const DECORATION = /^(?:__interceptor_|__wrap_|__GI_)|@@?[A-Z]+_[\d.]+$/g;

type NameRule = readonly [FrameOwner, RegExp];

/** By function. The first rule that matches holds. */
const BY_FUNCTION: readonly NameRule[] = [
  [
    'allocator',
    /^(?:_*(?:libc_)?(?:malloc|calloc|realloc|reallocarray|memalign|valloc|pvalloc|aligned_alloc)|posix_memalign|operator new.*|_Zn[wa][mj].*|(?:je|tc|mi)_?(?:malloc|calloc|realloc)|g_(?:try_)?(?:malloc|malloc0|realloc|slice_alloc0?)(?:_n)?|CRYPTO_(?:malloc|zalloc|realloc)|apr_palloc|__rust_alloc\w*|__rdl_alloc\w*|alloc::alloc::.*)$/,
  ],
  [
    'handover',
    /^(?:_*(?:strn?dup|wcsdup|v?asprintf|vasprintf_internal|getline|getdelim|realpath|fopen(?:64|_internal)?|fdopen|fopen_maybe_mmap|open_memstream|opendir|opendirat|opendir_tail|fdopendir|alloc_dir|scandir|getaddrinfo|getcwd|tempnam|getifaddrs(?:_internal)?|regcomp|hcreate_r?)|_IO_vasprintf|g_(?:strdup|strndup|strdup_v?printf|strconcat)|CRYPTO_strn?dup)$/,
  ],
  [
    'handover',
    /^(?:(?:void )?(?:std|__gnu_cxx)::|<?alloc::(?:alloc|borrow|boxed|collections|fmt|rc|raw_vec|slice|string|sync|vec)::|<?core::(?:cell|fmt|iter|mem|ops|option|ptr|result|slice|str)::|<std::|hashbrown::)/,
  ],
  [
    'initialiser',
    /^(?:_dl_\w+|dl_open_worker\w*|_?dlerror_run|dlopen(?:_doit|_implementation)?|do_dlopen|__libc_dlopen\w*|allocate_dtv\w*|_*tls_get_addr\w*|(?:set|new|dup)locale|_nl_\w+|__gconv\w*|iconv_open|tzset\w*|__tz\w+|_{1,2}nss_\w+|get(?:pw|gr)(?:nam|uid|gid|ent)(?:_r)?|gethostby(?:name|addr)\w*|_IO_file_doallocate|__register_atfork|__cxa_\w+|__emutls\w*|pthread_create|gomp_\w+|OPENSSL_init_\w+|SSL_library_init|OPENSSL_add_all_algorithms\w*|ENGINE_load_\w+|CRYPTO_THREAD_run_once|ERR_load_\w+|_?gnutls_global_init|curl_global_init\w*|g_type_init\w*)$/,
  ],
  [
    'interpreter',
    /^(?:_?_?Py[A-Z_]\w*|_ctypes_\w+|ffi_\w+|[Pp]erl_\w+|JVM_\w+|JNI_\w+|jni_\w+|os::malloc.*|AllocateHeap.*|runtime\..*|_cgo_\w+|rb_(?:ary|class|define|enc|ensure|eval|funcall|gc|hash|iseq|obj|proc|protect|str|sym|thread|vm)_\w+|ruby_\w+|lua[A-Z]?_\w+|v8::.*)$/,
  ],
  ['library', /^(?:(?:SSL|BIO|X509|ASN1|EVP|BN|OPENSSL)_\w+|gnutls_\w+|[cC]url_\w+)$/],
  [
    'starter',
    /^(?:\(below main\)|_start|__libc_start_main\w*|__libc_start_call_main|start_thread|_*clone3?|thread_start)$/,
  ],
];

/** Where distributions put shared objects that belong to no program in particular. */
const SYSTEM_LIBRARY = /^(?:\/usr)?\/lib(?:32|64|x32)?\/(?:[\w-]+-linux-[\w-]+\/)?[^/]+\.so[\d.]*$/;

/** By shared object, the path's last part. */
const BY_OBJECT: readonly NameRule[] = [
  ['allocator', /^(?:vgpreload_|lib(?:asan|lsan|jemalloc|tcmalloc|mimalloc)\b)/],
  ['initialiser', /^(?:ld-|libnss_|libdl\b|libdl-)/],
  [
    'interpreter',
    /^(?:libpython|_ctypes|libperl|libjvm|libruby|liblua|libnode|libffi|python[\d.]*$|perl$|java$|ruby$)/,
  ],
  [
    'library',
    /^(?:libc[-.]|libm[-.]|libpthread|librt[-.]|libstdc\+\+|libgcc_s|libgomp|libssl|libcrypto|libgnutls|libcurl)/,
  ],
];

/** By source file, as debug data names it. */
const BY_FILE: readonly NameRule[] = [
  [
    'initialiser',
    /(?:^|\/)(?:dl-\w+|nss_\w+|getXXby\w+|allocatestack|(?:set|load|find)locale|gconv\w*|tzfile|rtld\w*)\.[ch]$/,
  ],
  ['interpreter', /^(?:(?:Objects|Python)\/[\w.-]+|Modules\/(?:_\w+|\w+module))\.[ch]$/],
  ['starter', /(?:^|\/)(?:clone3?\.S|pthread_create\.c|libc-start\.c|libc_start_call_main\.h)$/],
  [
    'library',
    /^(?:iofopen|vasprintf|getdelim|iogetdelim|opendir|scandir|getaddrinfo|regcomp|strn?dup|memstream)\.c$|^\.{1,2}\/(?:sysdeps|nptl|elf|csu|libio|stdio-common|wcsmbs|nss|resolv)\//,
  ],
];

/** Code of one source file lies closer together than this, in bytes; a namesake in another library lies further off. */
const FILE_SPAN = 0x80000;

/**
 * Learns whose code the frames of these records run: by function, shared object and source file. A source file in
 * which an interpreter's public functions stand is the interpreter's own, and so are its private functions that lie
 * near them.
 */
export function learnOwners(records: readonly LossRecord[]): OwnerOf {
  const interpreterFiles = interpreterCode(records);
  const known = new Map<Frame, FrameOwner>();
  return (frame) => {
    let owner = known.get(frame);
    if (owner === undefined) {
      owner = ownerOf(frame, interpreterFiles);
      known.set(frame, owner);
    }
    return owner;
  };
}

/** Where an interpreter's public functions lie: addresses by source file, NaN where the report prints none. */
type InterpreterCode = ReadonlyMap<string, ReadonlySet<number>>;

function interpreterCode(records: readonly LossRecord[]): InterpreterCode {
  const code = new Map<string, Set<number>>();
  const seen = new Set<Stack | Frame>();
  for (const { frames } of records) {
    if (seen.has(frames)) continue;
    seen.add(frames);
    for (const frame of frames) {
      if (frame.file === null || seen.has(frame)) continue;
      seen.add(frame);
      if (byFunction(frame) !== 'interpreter') continue;
      const addresses = code.get(frame.file) ?? new Set();
      code.set(frame.file, addresses.add(Number(frame.address ?? Number.NaN)));
    }
  }
  return code;
}

function isInterpreterCode({ file, address }: Frame, code: InterpreterCode): boolean {
  const addresses = file === null ? undefined : code.get(file);
  if (addresses === undefined) return false;
  const at = Number(address ?? Number.NaN);
  for (const known of addresses) if (!(Math.abs(at - known) > FILE_SPAN)) return true;
  return false;
}

function ownerOf(frame: Frame, code: InterpreterCode): FrameOwner {
  const named = byFunction(frame);
  if (named !== null) return named;
  if (frame.file !== null) {
    return match(BY_FILE, frame.file) ?? (isInterpreterCode(frame, code) ? 'interpreter' : 'program');
  }
  if (frame.object === null) return 'program';
  const known = match(BY_OBJECT, frame.object.replace(/^.*\//, ''));
  return known ?? (SYSTEM_LIBRARY.test(frame.object) ? 'library' : 'program');
}

function byFunction(frame: Frame): FrameOwner | null {
  if (frame.function === null) return null;
  return match(BY_FUNCTION, frame.function.replace(DECORATION, ''));
}

function match(rules: readonly NameRule[], name: string): FrameOwner | null {
  return rules.find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** Whom a lost block belongs to, and the program's own calls that led to it, innermost first. */
export interface Ownership {
  readonly owner: 'program' | 'interpreter' | 'initialiser' | 'library';
  readonly own: readonly Frame[];
  /** A library made the block at the program's call. */
  readonly byLibrary: boolean;
}

/**
 * Whom the block of an allocation stack belongs to: the first frame from the allocation outwards that neither
 * allocates nor hands over decides. A library at work for the program leaves the block to the program. Where the stack
 * was cut before it came to such a frame, what hands over stands for the program that called it.
 */
export function ownershipOf(stack: Stack, ownerOfFrame: OwnerOf): Ownership {
  const own = stack.filter((frame) => ownerOfFrame(frame) === 'program');
  for (const frame of stack) {
    const owner = ownerOfFrame(frame);
    if (owner === 'allocator' || owner === 'handover' || owner === 'starter') continue;
    if (owner !== 'library') return { owner, own, byLibrary: false };
    return { owner: own.length > 0 ? 'program' : 'library', own, byLibrary: true };
  }
  const handover = stack.filter((frame) => ownerOfFrame(frame) === 'handover');
  return { owner: handover.length > 0 ? 'program' : 'library', own: handover, byLibrary: false };
}
