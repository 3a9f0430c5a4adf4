package dev.quota.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One connection to Redis that speaks its protocol and nothing more, so that tests look at a server
 * through other eyes than Redisson's. Strings are ISO-8859-1: a byte is a character, whatever it
 * means. Not thread-safe.
 */
final class RespConnection implements AutoCloseable {

  /** Redis' own refusal of a command; the message is the error line, such as {@code NOAUTH …}. */
  static final class RefusedByRedis extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedByRedis(String line) {
      super(line);
    }
  }

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RespConnection(Socket socket) throws IOException {
    this.socket = socket;
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /**
   * Connects on the loopback interface.
   *
   * @param port where
   * @param patience for connecting, and then for each reply
   */
  static RespConnection open(int port, Duration patience) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) patience.toMillis());
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) patience.toMillis());
      return new RespConnection(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * Sends a command and reads its reply.
   *
   * @return a String, a Long, a List of these, or null for Redis' nil
   * @throws RefusedByRedis if Redis answers with an error
   */
  Object call(String... arguments) throws IOException {
    send(arguments);
    return reply();
  }

  /** Sends a command and does not wait. */
  void send(String... arguments) throws IOException {
    ByteArrayOutputStream command = new ByteArrayOutputStream();
    command.writeBytes(bytes("*" + arguments.length + "\r\n"));
    for (String argument : arguments) {
      command.writeBytes(bytes("$" + argument.length() + "\r\n" + argument + "\r\n"));
    }
    out.write(command.toByteArray());
  }

  /** Reads one reply. */
  Object reply() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case ':' -> Long.valueOf(rest);
      case '-' -> throw new RefusedByRedis(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> list(Integer.parseInt(rest));
      default -> throw new IOException("not a reply: " + line);
    };
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("closed in the middle of a reply");
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private List<Object> list(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      list.add(reply());
    }
    return list;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("closed before a reply");
      }
      line.append((char) c);
    }
    if (in.read() != '\n' || line.isEmpty()) {
      throw new IOException("not a reply: " + line);
    }
    return line.toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
