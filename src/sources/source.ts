/**
 * A source is a folder: index.ts (this data, default export) and normalise/*.sql. Recognition is by content alone.
 *
 * A normalise statement is one SELECT whose first lines say where it goes and what it reads:
 *   -- into: network_activity
 *   -- format: zeek-conn            (a format id of this source; the statement runs only for files that hold that format)
 * It reads the parameterised view `records(file = {file:String}, first = {first:UInt64}, last = {last:UInt64})`, whose columns are
 *   file_uid, source_file, line_number, line, ordinal, record_uid
 * (ordinal: 1, or how many-th of identical lines of the file this is; record_uid: hash of the line and its ordinal; blank lines are
 * left out), and gives the columns of the target table by name, always with metadata_uid, time, metadata_product_vendor_name, metadata_product_name,
 * raw_file_uid, raw_line_number (versioned tables: version_time too). Columns left out become NULL. Rows whose time is NULL or outside 1970..2200 must not be
 * given: a line that no statement accepts is quarantined.
 * A line `-- include: FILE.sql` is replaced by that file of the same folder: columns or names that several statements share.
 * Two more bound values exist: {year:UInt16} (for logs without a year) and {sourceFile:String}.
 */
export interface Source {
  /** The folder's name. */
  readonly id: string;
  readonly name: string;
  /** Raised when a mapping changes, so that files already stored are mapped again. */
  readonly version: string;
  readonly formats: readonly Format[];
  /** Where the folder is; filled in by the loader. */
  readonly folder?: string;
}

/** One kind of file. */
export interface Format {
  readonly id: string;
  readonly name: string;
  /** True when this line, or this parsed JSON record, belongs to the format. Pure, quick, and never throws. */
  readonly recognise: Recognise;
  /** An .sql file of normalise/ giving (line_number) of lines that carry no record: headers, comments. Default: none. */
  readonly notRecords?: string;
  /** An .sql file of normalise/ giving (line_number, reason) for lines that may be refused: why. Default: a general sentence. */
  readonly reasons?: string;
  /** An .sql file of normalise/ giving (line_number, kind) of records that are understood but have no table: kept raw on purpose. */
  readonly rawOnly?: string;
}

/** How a format is recognised: by the first lines of a file (`lines`), or record by record in JSON (`json`). */
export type Recognise =
  | { readonly by: "lines"; readonly test: (lines: readonly string[]) => boolean }
  | { readonly by: "json"; readonly test: (record: Readonly<Record<string, unknown>>) => boolean };

/** Declares a source. */
export function source(definition: Source): Source {
  return definition;
}
