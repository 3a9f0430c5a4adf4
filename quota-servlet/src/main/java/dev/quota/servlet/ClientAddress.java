package dev.quota.servlet;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reduces a client's address to what one subscriber keeps: IPv6 to its /64 network. */
final class ClientAddress {

  private static final String UNKNOWN = "unknown";
  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /** Returns the address to count on; clients without one share {@code "unknown"}. */
  static String normalise(@Nullable String remoteAddress) {
    if (remoteAddress == null || remoteAddress.isBlank()) {
      return UNKNOWN;
    }
    String address = withoutZone(remoteAddress.strip());
    if (!isLiteral(address)) {
      return address;
    }
    try {
      // A literal is never looked up. Java unwraps IPv4 addresses mapped into IPv6 by itself.
      InetAddress parsed = InetAddress.getByName(address);
      return parsed instanceof Inet4Address ? parsed.getHostAddress() : network(parsed);
    } catch (UnknownHostException e) {
      return address;
    }
  }

  private static String withoutZone(String address) {
    String bare =
        address.startsWith("[") && address.endsWith("]")
            ? address.substring(1, address.length() - 1)
            : address;
    int zone = bare.indexOf('%');
    return zone < 0 ? bare : bare.substring(0, zone);
  }

  private static boolean isLiteral(String address) {
    return address.indexOf(':') >= 0
        ? address.matches("[0-9a-fA-F:.]+")
        : address.matches("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  }

  private static String network(InetAddress address) throws UnknownHostException {
    byte[] bytes = address.getAddress();
    Arrays.fill(bytes, NETWORK_BYTES, bytes.length, (byte) 0);
    return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
  }
}
