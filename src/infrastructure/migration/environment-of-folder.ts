import { DatabaseSync } from '@photostructure/sqlite';

/** Which environment a data folder was claimed for. @param file of what the service itself owns */
export function environmentOfFolder(file: string): string {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const claimed = database.prepare("select value from facts where name = 'environment'").get() as
      { value: string } | undefined;
    if (claimed === undefined) throw new Error('no service has started in this data folder yet');
    return claimed.value;
  } finally {
    database.close();
  }
}
