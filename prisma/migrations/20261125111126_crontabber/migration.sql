-- CreateTable
CREATE TABLE "crontabber_job" (
    "name" TEXT NOT NULL,
    "first_run" TIMESTAMPTZ(6),
    "last_run" TIMESTAMPTZ(6),
    "last_success" TIMESTAMPTZ(6),
    "next_run" TIMESTAMPTZ(6),
    "error_count" INTEGER NOT NULL DEFAULT 0,
    "last_error_type" TEXT,
    "last_error_value" TEXT,
    "last_error_traceback" TEXT,
    "ongoing" TIMESTAMPTZ(6),
    "owner" TEXT,

    CONSTRAINT "crontabber_job_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "crontabber_log" (
    "id" BIGSERIAL NOT NULL,
    "name" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(6) NOT NULL,
    "duration_seconds" DOUBLE PRECISION NOT NULL,
    "success" BOOLEAN NOT NULL,
    "exc_type" TEXT,
    "exc_value" TEXT,
    "exc_traceback" TEXT,

    CONSTRAINT "crontabber_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "crontabber_log_started_at_idx" ON "crontabber_log"("started_at");
