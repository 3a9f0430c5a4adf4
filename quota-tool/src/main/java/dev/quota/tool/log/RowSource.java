package dev.quota.tool.log;

import java.io.IOException;

/** The rows of one file. Not thread-safe. */
interface RowSource extends AutoCloseable {

  /**
   * Reads the next row.
   *
   * @return false at the end
   * @throws IOException if the file cannot be read on
   */
  boolean next(RawRow row) throws IOException;

  @Override
  void close() throws IOException;
}
