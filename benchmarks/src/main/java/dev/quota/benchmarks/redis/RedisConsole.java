package dev.quota.benchmarks.redis;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A separate connection for questions about the server, so that these do not affect the measured
 * clients. Replies are flattened: nested arrays become one list of texts.
 */
final class RedisConsole implements AutoCloseable {

  private final Socket socket;
  private final DataInputStream in;

  private RedisConsole(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
  }

  static RedisConsole connect(int port) throws IOException {
    return new RedisConsole(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  List<String> list(String... command) throws IOException {
    StringBuilder request = new StringBuilder("*" + command.length + "\r\n");
    for (String part : command) {
      request.append('$').append(part.length()).append("\r\n").append(part).append("\r\n");
    }
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    List<String> reply = new ArrayList<>();
    read(reply);
    return reply;
  }

  String text(String... command) throws IOException {
    return list(command).get(0);
  }

  long number(String... command) throws IOException {
    return Long.parseLong(text(command));
  }

  /** Returns a field of {@code INFO}, such as {@code used_memory} of the section memory. */
  String field(String section, String name) throws IOException {
    return text("INFO", section)
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1))
        .findFirst()
        .orElseThrow(() -> new IOException("no " + name + " in INFO " + section));
  }

  double info(String section, String name) throws IOException {
    return Double.parseDouble(field(section, name));
  }

  private void read(List<String> reply) throws IOException {
    String head = line();
    String rest = head.substring(1);
    switch (head.charAt(0)) {
      case '+', ':' -> reply.add(rest);
      case '$' -> reply.add(bulk(Integer.parseInt(rest)));
      case '*' -> {
        for (int i = Integer.parseInt(rest); i > 0; i--) {
          read(reply);
        }
      }
      default -> throw new IOException("Redis answered " + head);
    }
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    String end = line();
    if (!end.isEmpty()) {
      throw new IOException(String.format(Locale.ROOT, "%d bytes were followed by more", length));
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
