/** A file that may be a patch. */
export interface PatchFile {
  /** Its name without ending; of a folder's subfolders with their names before it. */
  readonly id: string;
  readonly name: string;
  readonly file: File;
}

/** The files that were chosen, one by one or as a folder. */
export function chosenFiles(list: FileList): PatchFile[] {
  return Array.from(list, (file) => patchFile(file, withoutFirst(file.webkitRelativePath)))
    .filter(isShown)
    .toSorted(byId);
}

/** The files that were dropped, folders with all that is below them. Hidden ones are passed over. */
export async function droppedFiles({ items }: DataTransfer): Promise<PatchFile[]> {
  // Items are gone once the first wait is over, so all are asked at once.
  const found = Array.from(items, (item) => {
    const entry = item.webkitGetAsEntry();
    if (entry?.isDirectory) return filesBelow(entry as FileSystemDirectoryEntry, '');
    const file = item.getAsFile();
    return file === null ? [] : [patchFile(file, '')];
  });
  return (await Promise.all(found)).flat().filter(isShown).toSorted(byId);
}

async function filesBelow(folder: FileSystemDirectoryEntry, path: string): Promise<PatchFile[]> {
  const reader = folder.createReader();
  const found: PatchFile[] = [];
  for (let entries = await read(reader); entries.length > 0; entries = await read(reader)) {
    for (const entry of entries) {
      const below = `${path}${entry.name}`;
      if (entry.isDirectory) {
        found.push(...(await filesBelow(entry as FileSystemDirectoryEntry, `${below}/`)));
      } else found.push(patchFile(await fileOf(entry as FileSystemFileEntry), below));
    }
  }
  return found;
}

function read(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** @param path Below the folder that was dropped or chosen; empty: the file came alone. */
function patchFile(file: File, path: string): PatchFile {
  const name = path === '' ? file.name : path;
  return { id: name.replace(/(?<=[^/])\.[^./]*$/, ''), name, file };
}

function withoutFirst(path: string): string {
  return path.slice(path.indexOf('/') + 1);
}

function isShown({ file }: PatchFile): boolean {
  return !file.name.startsWith('.');
}

function byId(a: PatchFile, b: PatchFile): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
