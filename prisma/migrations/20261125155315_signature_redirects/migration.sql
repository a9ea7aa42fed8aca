-- CreateTable
CREATE TABLE "signature_redirect" (
    "signature" TEXT NOT NULL,
    "new_signature" TEXT NOT NULL,
    "crashes" INTEGER NOT NULL,
    "moved_all" BOOLEAN NOT NULL,
    "regrouping" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "signature_redirect_pkey" PRIMARY KEY ("signature","new_signature")
);
