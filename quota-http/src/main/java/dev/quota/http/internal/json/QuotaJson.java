package dev.quota.http.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** Makes JSON documents as bytes. Stateless. */
public final class QuotaJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER).build();

  /** Writes one document. */
  @FunctionalInterface
  public interface Writer {
    void write(JsonGenerator json) throws IOException;
  }

  private QuotaJson() {}

  public static byte[] bytes(Writer writer) {
    Written written = new Written();
    try (JsonGenerator json = FACTORY.createGenerator(written)) {
      writer.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return written.bytes;
  }

  /**
   * Collects the output. The generator's own buffer holds nearly all documents, so there is usually
   * only one write, and one copy is enough.
   */
  private static final class Written extends OutputStream {

    private byte[] bytes = {};

    @Override
    public void write(int one) {
      write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] more, int start, int length) {
      byte[] all = Arrays.copyOf(bytes, bytes.length + length);
      System.arraycopy(more, start, all, bytes.length, length);
      bytes = all;
    }
  }
}
