-- CreateTable
CREATE TABLE "missing_symbols" (
    "crash_id" TEXT NOT NULL,
    "filename" TEXT NOT NULL,
    "debug_file" TEXT NOT NULL,
    "debug_id" TEXT NOT NULL,
    "signature" TEXT NOT NULL,
    "product" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "date" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "missing_symbols_pkey" PRIMARY KEY ("crash_id","debug_id","debug_file","filename")
);

-- CreateIndex
CREATE INDEX "missing_symbols_debug_id_debug_file_idx" ON "missing_symbols"("debug_id", "debug_file");

-- Who may do most may upload symbols, too.
UPDATE "user_group" SET "permissions" = array_append("permissions", 'upload_symbols') WHERE "name" = 'Hackers Plus';
