-- CreateTable
CREATE TABLE "product" (
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "first_reported_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "product_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "signature" (
    "signature" TEXT NOT NULL,
    "first_build" BIGINT,
    "first_date" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "signature_pkey" PRIMARY KEY ("signature")
);

-- CreateTable
CREATE TABLE "failed_crash" (
    "crash_id" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "failed_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "failed_crash_pkey" PRIMARY KEY ("crash_id")
);

-- CreateIndex
CREATE INDEX "failed_crash_failed_at_idx" ON "failed_crash"("failed_at" DESC);
