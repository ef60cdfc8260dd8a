/** A UUID, as we make them: what may become a part of a path. */
export const isUploadId = (text: string): boolean =>
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
