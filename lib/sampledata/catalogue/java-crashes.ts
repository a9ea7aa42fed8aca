import type { Conditions } from "./component";

/** An exception that nobody caught in the mobile browser. */
export interface JavaCrash {
  /** With its package. */
  readonly exception: string;
  readonly message: string;
  /** Innermost first: `package.Class.method(File.kt:line)`. */
  readonly frames: readonly string[];
  readonly only?: Conditions;
}

const MAIN = [
  "android.os.Handler.handleCallback(Handler.java:958)",
  "android.os.Handler.dispatchMessage(Handler.java:99)",
  "android.os.Looper.loopOnce(Looper.java:230)",
  "android.os.Looper.loop(Looper.java:319)",
  "android.app.ActivityThread.main(ActivityThread.java:8919)",
  "java.lang.reflect.Method.invoke(Method.java)",
];

const COROUTINE = [
  "kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)",
  "kotlinx.coroutines.DispatchedTask.run(DispatchedTask.kt:104)",
  "kotlinx.coroutines.scheduling.CoroutineScheduler.runSafely(CoroutineScheduler.kt:584)",
  "kotlinx.coroutines.scheduling.CoroutineScheduler$Worker.run(CoroutineScheduler.kt:684)",
];

const crash = (
  exception: string,
  message: string,
  own: readonly string[],
  { outer = MAIN, only }: { readonly outer?: readonly string[]; readonly only?: Conditions } = {},
): JavaCrash => ({ exception, message, frames: [...own, ...outer], ...(only ? { only } : {}) });

export const JAVA_CRASHES: readonly JavaCrash[] = [
  crash(
    "java.lang.NullPointerException",
    "Attempt to invoke virtual method 'int android.view.View.getWidth()' on a null object reference",
    [
      "org.wren.toolbar.AddressBar.layoutSuggestions(AddressBar.kt:214)",
      "org.wren.toolbar.AddressBar.onFocusChanged(AddressBar.kt:131)",
    ],
  ),
  crash("java.lang.IllegalStateException", "Fragment TabTray{4be3a1f} not attached to a context.", [
    "androidx.fragment.app.Fragment.requireContext(Fragment.java:972)",
    "org.wren.tabs.TabTray.showUndo(TabTray.kt:402)",
  ]),
  crash(
    "android.database.sqlite.SQLiteFullException",
    "database or disk is full (code 13 SQLITE_FULL)",
    [
      "android.database.sqlite.SQLiteConnection.nativeExecuteForChangedRowCount(SQLiteConnection.java)",
      "org.wren.history.HistoryStore.insert(HistoryStore.kt:88)",
      "org.wren.history.HistoryStore$record$2.invokeSuspend(HistoryStore.kt:61)",
    ],
    { outer: COROUTINE },
  ),
  crash(
    "java.lang.OutOfMemoryError",
    "Failed to allocate a 33177612 byte allocation with 8388608 free bytes",
    [
      "android.graphics.Bitmap.nativeCreate(Bitmap.java)",
      "android.graphics.Bitmap.createBitmap(Bitmap.java:1155)",
      "org.wren.tabs.Thumbnails.capture(Thumbnails.kt:73)",
    ],
    { outer: COROUTINE },
  ),
  crash(
    "android.app.ForegroundServiceStartNotAllowedException",
    "startForegroundService() not allowed due to mAllowStartForeground false",
    [
      "android.app.ForegroundServiceStartNotAllowedException$1.createFromParcel(ForegroundServiceStartNotAllowedException.java:54)",
      "org.wren.downloads.DownloadService.start(DownloadService.kt:147)",
    ],
  ),
  crash(
    "java.lang.SecurityException",
    "Permission Denial: opening provider com.android.providers.downloads.DownloadProvider",
    [
      "android.os.Parcel.createExceptionOrNull(Parcel.java:3057)",
      "org.wren.downloads.Saver.openTarget(Saver.kt:52)",
      "org.wren.downloads.Saver$save$1.invokeSuspend(Saver.kt:39)",
    ],
    { outer: COROUTINE },
  ),
  crash("kotlin.UninitializedPropertyAccessException", "lateinit property engine has not been initialized", [
    "org.wren.Components.getEngine(Components.kt:37)",
    "org.wren.search.SearchWidget.onUpdate(SearchWidget.kt:29)",
  ]),
  crash("java.util.ConcurrentModificationException", "", [
    "java.util.ArrayList$Itr.checkForComodification(ArrayList.java:1111)",
    "org.wren.media.SessionObserver.notifyAll(SessionObserver.kt:64)",
    "org.wren.media.SessionObserver.onPause(SessionObserver.kt:48)",
  ]),
  crash(
    "java.lang.IllegalArgumentException",
    "Comparison method violates its general contract!",
    [
      "java.util.TimSort.mergeHi(TimSort.java:901)",
      "org.wren.home.TopSites.sort(TopSites.kt:116)",
      "org.wren.home.TopSites$refresh$1.invokeSuspend(TopSites.kt:95)",
    ],
    { outer: COROUTINE },
  ),
  crash(
    "android.view.WindowManager$BadTokenException",
    "Unable to add window -- token android.os.BinderProxy@5d1c0f2 is not valid; is your activity running?",
    [
      "android.view.ViewRootImpl.setView(ViewRootImpl.java:1428)",
      "org.wren.prompts.LoginPrompt.show(LoginPrompt.kt:80)",
    ],
  ),
  crash("android.os.TransactionTooLargeException", "data parcel size 1049060 bytes", [
    "android.os.BinderProxy.transactNative(BinderProxy.java)",
    "org.wren.session.StateSaver.write(StateSaver.kt:58)",
  ]),
  crash(
    "java.lang.ClassCastException",
    "org.wren.tabs.PrivateTab cannot be cast to org.wren.tabs.NormalTab",
    ["org.wren.tabs.TabList.moveTo(TabList.kt:171)", "org.wren.tabs.DragHandler.onDrop(DragHandler.kt:93)"],
    { only: { channels: ["nightly", "beta"] } },
  ),
  crash("java.lang.IndexOutOfBoundsException", "Index: 12, Size: 12", [
    "java.util.ArrayList.get(ArrayList.java:437)",
    "org.wren.bookmarks.BookmarkAdapter.onBindViewHolder(BookmarkAdapter.kt:66)",
    "androidx.recyclerview.widget.RecyclerView$Adapter.bindViewHolder(RecyclerView.java:7846)",
  ]),
  crash("java.lang.UnsatisfiedLinkError", 'dlopen failed: library "libtalon.so" not found', [
    "java.lang.Runtime.loadLibrary0(Runtime.java:1082)",
    "org.talon.Loader.loadTalon(Loader.java:145)",
    "org.wren.WrenApplication.onCreate(WrenApplication.kt:41)",
  ]),
  crash(
    "org.talon.ScreenshotException",
    "Surface is gone",
    [
      "org.talon.Compositor.requestPixels(Compositor.java:310)",
      "org.wren.tabs.Thumbnails.capture(Thumbnails.kt:79)",
    ],
    { only: { story: "fixed" } },
  ),
  crash(
    "java.util.concurrent.TimeoutException",
    "android.database.BulkCursorToCursorAdaptor.finalize() timed out after 10 seconds",
    [
      "android.os.BinderProxy.transactNative(BinderProxy.java)",
      "java.lang.Daemons$FinalizerDaemon.doFinalize(Daemons.java:339)",
    ],
    {
      outer: [
        "java.lang.Daemons$FinalizerDaemon.runInternal(Daemons.java:324)",
        "java.lang.Thread.run(Thread.java:1012)",
      ],
    },
  ),
  crash(
    "org.json.JSONException",
    "Unterminated object at character 4096",
    [
      "org.json.JSONTokener.syntaxError(JSONTokener.java:460)",
      "org.wren.sync.Settings.parse(Settings.kt:33)",
      "org.wren.sync.SyncWorker$doWork$1.invokeSuspend(SyncWorker.kt:102)",
    ],
    { outer: COROUTINE },
  ),
  crash(
    "java.lang.RuntimeException",
    "Unable to create application org.wren.WrenApplication: invalid preferences",
    [
      "org.wren.settings.Migration.run(Migration.kt:57)",
      "org.wren.WrenApplication.onCreate(WrenApplication.kt:48)",
    ],
  ),
  crash(
    "android.content.ActivityNotFoundException",
    "No Activity found to handle Intent { act=android.intent.action.VIEW dat=market://... }",
    [
      "android.app.Instrumentation.checkStartActivityResult(Instrumentation.java:2239)",
      "org.wren.links.AppLinks.open(AppLinks.kt:121)",
    ],
  ),
  crash(
    "java.lang.StackOverflowError",
    "stack size 8188KB",
    [
      ...Array.from({ length: 12 }, () => "org.wren.bookmarks.Folder.flatten(Folder.kt:24)"),
      "org.wren.bookmarks.BookmarkStore.tree(BookmarkStore.kt:77)",
    ],
    { outer: COROUTINE },
  ),
  crash(
    "java.lang.NoSuchMethodError",
    "No virtual method setImportance(I)V in class Lorg/wren/notify/Channel;",
    [
      "org.wren.notify.Channels.create(Channels.kt:19)",
      "org.wren.WrenApplication.onCreate(WrenApplication.kt:52)",
    ],
    { only: { story: "new" } },
  ),
];
