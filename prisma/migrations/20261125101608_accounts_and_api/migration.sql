-- CreateTable
CREATE TABLE "user_account" (
    "id" SERIAL NOT NULL,
    "email" TEXT NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "superuser" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "user_group" (
    "name" TEXT NOT NULL,
    "permissions" TEXT[],

    CONSTRAINT "user_group_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "group_member" (
    "user_id" INTEGER NOT NULL,
    "group_name" TEXT NOT NULL,

    CONSTRAINT "group_member_pkey" PRIMARY KEY ("user_id","group_name")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" SERIAL NOT NULL,
    "key_hash" TEXT NOT NULL,
    "key_start" TEXT NOT NULL,
    "owner_id" INTEGER NOT NULL,
    "permissions" TEXT[],
    "notes" TEXT NOT NULL DEFAULT '',
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(6) NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "bug_association" (
    "bug_id" INTEGER NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "bug_association_pkey" PRIMARY KEY ("bug_id","signature")
);

-- CreateTable
CREATE TABLE "product_version" (
    "id" SERIAL NOT NULL,
    "product_name" TEXT NOT NULL,
    "release_channel" TEXT NOT NULL,
    "major_version" INTEGER NOT NULL,
    "release_version" TEXT NOT NULL,
    "version_string" TEXT NOT NULL,
    "build_id" TEXT NOT NULL,
    "archive_url" TEXT,

    CONSTRAINT "product_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "platform" (
    "name" TEXT NOT NULL,
    "short_name" TEXT NOT NULL,

    CONSTRAINT "platform_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "missing_processed_crash" (
    "id" SERIAL NOT NULL,
    "crash_id" TEXT NOT NULL,
    "is_processed" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "missing_processed_crash_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE INDEX "group_member_group_name_idx" ON "group_member"("group_name");

-- CreateIndex
CREATE UNIQUE INDEX "api_token_key_hash_key" ON "api_token"("key_hash");

-- CreateIndex
CREATE INDEX "api_token_owner_id_idx" ON "api_token"("owner_id");

-- CreateIndex
CREATE INDEX "bug_association_signature_idx" ON "bug_association"("signature");

-- CreateIndex
CREATE INDEX "product_version_product_name_build_id_idx" ON "product_version"("product_name", "build_id");

-- CreateIndex
CREATE UNIQUE INDEX "product_version_product_name_release_channel_build_id_versi_key" ON "product_version"("product_name", "release_channel", "build_id", "version_string");

-- CreateIndex
CREATE UNIQUE INDEX "missing_processed_crash_crash_id_key" ON "missing_processed_crash"("crash_id");

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "group_member" ADD CONSTRAINT "group_member_group_name_fkey" FOREIGN KEY ("group_name") REFERENCES "user_group"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_owner_id_fkey" FOREIGN KEY ("owner_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The groups and platforms that every installation starts with.
INSERT INTO "user_group" ("name", "permissions") VALUES
    ('Hackers', ARRAY['reprocess_crashes', 'run_long_queries', 'view_pii', 'view_rawdump']),
    ('Hackers Plus', ARRAY['reprocess_crashes', 'run_custom_queries', 'run_long_queries', 'view_pii', 'view_rawdump']);
INSERT INTO "platform" ("name", "short_name") VALUES
    ('Windows', 'win'), ('Mac OS X', 'mac'), ('Linux', 'lin'), ('Unknown', 'unknown');
