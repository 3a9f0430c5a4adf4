package dev.quota.tool.log;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens a log: a file or {@code -} for standard input, compressed by gzip or not, with a byte order
 * mark or not. The content decides this, not the file name.
 */
final class LogFile {

  static final int BUFFER = 1 << 16;

  private LogFile() {}

  static BufferedReader open(String name, Charset encoding, LongConsumer bytesRead) {
    try {
      InputStream bytes = "-".equals(name) ? System.in : Files.newInputStream(Path.of(name));
      return decoded(unpacked(new Counted(bytes, bytesRead)), encoding);
    } catch (NoSuchFileException e) {
      throw new LogException(name + ": there is no such file", e);
    } catch (AccessDeniedException e) {
      throw new LogException(name + ": the file may not be read by this process", e);
    } catch (EOFException | ZipException e) {
      throw new LogException(name + ": the compressed file is damaged or cut off", e);
    } catch (IOException e) {
      throw new LogException(name + ": the file cannot be read: " + e.getMessage(), e);
    }
  }

  private static InputStream unpacked(InputStream bytes) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(bytes, BUFFER);
    byte[] start = peek(buffered, 2);
    boolean packed = start.length == 2 && start[0] == 0x1f && start[1] == (byte) 0x8b;
    return packed
        ? new BufferedInputStream(new GZIPInputStream(buffered, BUFFER), BUFFER)
        : buffered;
  }

  private static byte[] peek(BufferedInputStream bytes, int count) throws IOException {
    bytes.mark(count);
    byte[] start = bytes.readNBytes(count);
    bytes.reset();
    return start;
  }

  private static BufferedReader decoded(InputStream bytes, Charset encoding) throws IOException {
    BufferedInputStream buffered = (BufferedInputStream) bytes;
    byte[] start = peek(buffered, 3);
    Charset charset = encoding;
    int mark = 0;
    if (start.length == 3
        && start[0] == (byte) 0xef
        && start[1] == (byte) 0xbb
        && start[2] == (byte) 0xbf) {
      charset = StandardCharsets.UTF_8;
      mark = 3;
    } else if (start.length >= 2 && start[0] == (byte) 0xfe && start[1] == (byte) 0xff) {
      charset = StandardCharsets.UTF_16BE;
      mark = 2;
    } else if (start.length >= 2 && start[0] == (byte) 0xff && start[1] == (byte) 0xfe) {
      charset = StandardCharsets.UTF_16LE;
      mark = 2;
    }
    buffered.skipNBytes(mark);
    return new BufferedReader(new InputStreamReader(buffered, charset), BUFFER);
  }

  /** Reports how many bytes were read. */
  private static final class Counted extends FilterInputStream {

    private final LongConsumer listener;
    private long count;

    Counted(InputStream bytes, LongConsumer listener) {
      super(bytes);
      this.listener = listener;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(0, read));
      return read;
    }

    private void count(int more) {
      count += more;
      listener.accept(count);
    }
  }
}
