/** Where a page of a list is in it. */
export interface ListPage {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** Reads one page of a list; after the last one comes the last. */
export async function listPage<Part extends { readonly total: number }>(
  asked: number,
  size: number,
  read: (range: { readonly skip: number; readonly take: number }) => Promise<Part>,
): Promise<Part & ListPage> {
  const part = await read({ skip: (asked - 1) * size, take: size });
  const pages = Math.max(1, Math.ceil(part.total / size));
  return asked > pages ? listPage(pages, size, read) : { ...part, page: asked, pages };
}
