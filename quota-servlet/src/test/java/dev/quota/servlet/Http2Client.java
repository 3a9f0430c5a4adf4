package dev.quota.servlet;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A small HTTP/2 client (RFC 9113) without TLS, to do to a server what well-behaved clients do not:
 * it resets streams, and reads nothing. It never waits longer than ten seconds.
 */
final class Http2Client implements AutoCloseable {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final int ACK = 1;
  private static final int CANCEL = 8;

  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;
  private int lastStream = -1;

  /** A frame of a server. */
  private record Frame(int type, int flags, int stream) {}

  Http2Client(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    out = socket.getOutputStream();
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    send(SETTINGS, 0, 0, new byte[0]);
  }

  /** Sends a request without a body; returns its stream. */
  int get(String path, String user) throws IOException {
    return request("GET", path, user, END_HEADERS | END_STREAM);
  }

  /** Sends a request whose body is never sent to its end; returns its stream. */
  int beginPost(String path, String user) throws IOException {
    int stream = request("POST", path, user, END_HEADERS);
    send(DATA, 0, stream, "half".getBytes(StandardCharsets.US_ASCII));
    return stream;
  }

  private int request(String method, String path, String user, int flags) throws IOException {
    lastStream += 2;
    ByteArrayOutputStream fields = new ByteArrayOutputStream();
    fields.write(method.equals("GET") ? 0x82 : 0x83);
    fields.write(0x86); // :scheme http
    literal(fields, 4, path);
    literal(fields, 1, "app");
    fields.write(0);
    text(fields, "x-user");
    text(fields, user);
    send(HEADERS, flags, lastStream, fields.toByteArray());
    return lastStream;
  }

  /**
   * Writes a field whose name is in the static table of HPACK (RFC 7541), which stays out of it.
   */
  private static void literal(ByteArrayOutputStream fields, int name, String value) {
    fields.write(name);
    text(fields, value);
  }

  private static void text(ByteArrayOutputStream fields, String text) {
    fields.write(text.length()); // below 127
    fields.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Says that nobody wants the answer any more. */
  void reset(int stream) throws IOException {
    send(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
  }

  /** Waits until the first bytes of a body are there. */
  void awaitData(int stream) throws IOException {
    awaitFrame(DATA, stream, 0);
  }

  /** Waits until an answer has ended, in whatever way. */
  void awaitEnd(int stream) throws IOException {
    awaitFrame(RST_STREAM, stream, END_STREAM);
  }

  /** Waits until the server has worked on everything that was sent before. */
  void awaitPing() throws IOException {
    send(PING, 0, 0, new byte[8]);
    awaitFrame(PING, 0, 0);
  }

  private void awaitFrame(int type, int stream, int orFlag) throws IOException {
    while (true) {
      Frame frame = read();
      boolean ends = (frame.type == DATA || frame.type == HEADERS) && (frame.flags & orFlag) != 0;
      if (frame.stream == stream && (frame.type == type || ends)) {
        return;
      }
    }
  }

  private Frame read() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    int flags = in.readUnsignedByte();
    int stream = in.readInt() & Integer.MAX_VALUE;
    byte[] payload = in.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("the server has closed the connection");
    }
    if (type == SETTINGS && (flags & ACK) == 0) {
      send(SETTINGS, ACK, 0, new byte[0]);
    }
    return new Frame(type, flags, stream);
  }

  private synchronized void send(int type, int flags, int stream, byte[] payload)
      throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(payload.length >> 16);
    frame.write(payload.length >> 8);
    frame.write(payload.length);
    frame.write(type);
    frame.write(flags);
    for (int shift = 24; shift >= 0; shift -= 8) {
      frame.write(stream >> shift);
    }
    frame.writeBytes(payload);
    out.write(frame.toByteArray());
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
