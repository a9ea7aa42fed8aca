// What crash-stats uses of HBase's first Thrift interface (the service of `hbase thrift start`, not `thrift2`).
// Names, field numbers and types are those of HBase; lib/hbase/hbase-service.ts says the same in TypeScript, and
// hbase-client.test.ts holds it against bytes that another Thrift implementation made from HBase's own file.
// Servers before 0.94 do not know `attributes`; it is never sent.

// One value of a column. The timestamp is in milliseconds since 1970.
struct TCell {
  1: binary value,
  2: i64 timestamp
}

// A family of columns of a table; its name ends in a colon. HBase fills in what is not sent.
struct ColumnDescriptor {
  1: binary name,
  2: i32 maxVersions = 3,
  3: string compression = "NONE",
  4: bool inMemory = 0,
  5: string bloomFilterType = "NONE",
  6: i32 bloomFilterVectorSize = 0,
  7: i32 bloomFilterNbHashes = 0,
  8: bool blockCacheEnabled = 0,
  9: i32 timeToLive = 0x7fffffff
}

// Sets a column of a row, or deletes it. A column is written `family:qualifier`.
struct Mutation {
  1: bool isDelete = 0,
  2: binary column,
  3: binary value,
  4: bool writeToWAL = 1
}

// A row as it is read: columns by `family:qualifier`.
struct TRowResult {
  1: binary row,
  2: optional map<binary, TCell> columns
}

// What to read: rows from startRow up to and without stopRow.
struct TScan {
  1: optional binary startRow,
  2: optional binary stopRow,
  3: optional i64 timestamp,
  4: optional list<binary> columns,
  5: optional i32 caching,
  6: optional binary filterString,
  7: optional i32 batchSize,
  8: optional bool sortColumns,
  9: optional bool reversed,
  10: optional bool cacheBlocks
}

// HBase cannot do it now, or the table is not there.
exception IOError {
  1: string message
}

// HBase will not do it: an argument is wrong.
exception IllegalArgument {
  1: string message
}

exception AlreadyExists {
  1: string message
}

service Hbase {
  list<binary> getTableNames() throws (1: IOError io)

  map<binary, ColumnDescriptor> getColumnDescriptors(1: binary tableName) throws (1: IOError io)

  void createTable(1: binary tableName, 2: list<ColumnDescriptor> columnFamilies)
    throws (1: IOError io, 2: IllegalArgument ia, 3: AlreadyExists exist)

  // Empty when there is no such column in the row.
  list<TCell> get(1: binary tableName, 2: binary row, 3: binary column, 4: map<binary, binary> attributes)
    throws (1: IOError io)

  // Both are empty when there is no such row, or nothing in it of what was asked for.
  list<TRowResult> getRow(1: binary tableName, 2: binary row, 3: map<binary, binary> attributes)
    throws (1: IOError io)
  list<TRowResult> getRowWithColumns(
    1: binary tableName, 2: binary row, 3: list<binary> columns, 4: map<binary, binary> attributes)
    throws (1: IOError io)

  // Sets all columns at once. Deletions in the same call are a second step.
  void mutateRow(1: binary tableName, 2: binary row, 3: list<Mutation> mutations, 4: map<binary, binary> attributes)
    throws (1: IOError io, 2: IllegalArgument ia)

  // The same at a time of one's own: a deletion takes away what is not newer.
  void mutateRowTs(
    1: binary tableName, 2: binary row, 3: list<Mutation> mutations, 4: i64 timestamp, 5: map<binary, binary> attributes)
    throws (1: IOError io, 2: IllegalArgument ia)

  // Gives the new value.
  i64 atomicIncrement(1: binary tableName, 2: binary row, 3: binary column, 4: i64 value)
    throws (1: IOError io, 2: IllegalArgument ia)

  void deleteAllRow(1: binary tableName, 2: binary row, 3: map<binary, binary> attributes)
    throws (1: IOError io)

  // Gives the number of a scanner, which the server forgets when it is idle for too long or restarted.
  i32 scannerOpenWithScan(1: binary tableName, 2: TScan scan, 3: map<binary, binary> attributes)
    throws (1: IOError io)

  // The next rows; empty at the end.
  list<TRowResult> scannerGetList(1: i32 id, 2: i32 nbRows) throws (1: IOError io, 2: IllegalArgument ia)

  void scannerClose(1: i32 id) throws (1: IOError io, 2: IllegalArgument ia)
}
