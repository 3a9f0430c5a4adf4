package dev.quota.http.internal.address;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Normalises a client's address to the part that identifies one subscriber: without port and zone,
 * an IPv6 address as its /64 network, and an IPv4 address inside IPv6 as IPv4. No name is looked
 * up. Stateless.
 */
public final class ClientAddress {

  private static final String UNKNOWN = "unknown";

  /** The length of the longest address with zone and port. A longer text is no address. */
  private static final int LONGEST = 128;

  private static final int NETWORK_BYTES = 8;
  private static final int BYTES = 16;

  private static final Pattern BRACKETS = Pattern.compile("\\[([^\\[\\]]*)](?::\\d{1,5})?");
  private static final Pattern ONE_COLON = Pattern.compile("([0-9.]*):\\d{1,5}|([^:]*):\\d{2,5}");
  private static final Pattern LAST_GROUP = Pattern.compile("(.*[0-9a-fA-F]):\\d{1,5}");
  private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d{1,10}(\\.\\d{1,10}){3}");
  private static final Pattern GROUPS = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /** NAT64: its well-known prefix (RFC 6052, section 2.1), and its local one (RFC 8215). */
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 0, 0, 0, 0, 0, 0, 0};

  private static final byte[] LOCAL_NAT64 = {0, 0x64, (byte) 0xff, (byte) 0x9b, 0, 1};

  private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff};
  private static final byte[] TRANSLATED = {0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xff, (byte) 0xff, 0, 0};
  private static final byte[] COMPATIBLE = new byte[12];

  private ClientAddress() {}

  /** Returns the address to count. Clients without an address share {@code "unknown"}. */
  public static String normalise(@Nullable String remoteAddress) {
    if (remoteAddress == null || remoteAddress.isBlank() || remoteAddress.length() > LONGEST) {
      return UNKNOWN;
    }
    String address = withoutZone(withoutPort(remoteAddress.strip()));
    if (FOUR_NUMBERS.matcher(address).matches()) {
      return decimal(address).orElse(address);
    }
    if (GROUPS.matcher(address).matches()) {
      return network(address).or(() -> beforePort(address)).orElse(named(address));
    }
    return named(address);
  }

  /** Reads a name that a proxy sends instead of an address, such as that of a Unix socket. */
  private static String named(String address) {
    return address.isEmpty() ? UNKNOWN : address.toLowerCase(Locale.ROOT);
  }

  /** Reads eight groups and a port, which some gateways write without brackets. */
  private static Optional<String> beforePort(String address) {
    Matcher last = LAST_GROUP.matcher(address);
    return last.matches() ? network(last.group(1)) : Optional.empty();
  }

  private static String withoutPort(String address) {
    Matcher brackets = BRACKETS.matcher(address);
    if (brackets.matches()) {
      return brackets.group(1);
    }
    Matcher port = ONE_COLON.matcher(address);
    if (!port.matches()) {
      return address;
    }
    return port.group(1) == null ? port.group(2) : port.group(1);
  }

  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /** Reads four decimal numbers. Leading zeros are ignored. */
  private static Optional<String> decimal(String address) {
    StringBuilder plain = new StringBuilder();
    for (String number : address.split("\\.", -1)) {
      long value = Long.parseLong(number);
      if (value > 255) {
        return Optional.empty();
      }
      plain.append(plain.isEmpty() ? "" : ".").append(value);
    }
    return Optional.of(plain.toString());
  }

  private static Optional<String> network(String address) {
    try {
      // A text of digits and colons causes no look-up of a name.
      InetAddress parsed = InetAddress.getByName("[" + address + "]");
      return Optional.of(
          parsed instanceof Inet4Address ? parsed.getHostAddress() : network(parsed.getAddress()));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static String network(byte[] bytes) throws UnknownHostException {
    if (bytes.length == BYTES && holdsIpv4(bytes)) {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, 12, BYTES)).getHostAddress();
    }
    byte[] network = bytes.clone();
    Arrays.fill(network, NETWORK_BYTES, network.length, (byte) 0);
    return InetAddress.getByAddress(network).getHostAddress() + "/64";
  }

  private static boolean holdsIpv4(byte[] bytes) {
    if (startsWith(bytes, LOCAL_NAT64) && bytes[8] == 0 && bytes[9] == 0 && bytes[10] == 0) {
      // The operator chooses the rest of the prefix. With 96 bits, this byte is zero.
      return bytes[11] == 0;
    }
    if (startsWith(bytes, NAT64) || startsWith(bytes, MAPPED) || startsWith(bytes, TRANSLATED)) {
      return true;
    }
    // ::1 and :: have the form of IPv4-compatible addresses but are none.
    return startsWith(bytes, COMPATIBLE) && (bytes[12] != 0 || bytes[13] != 0);
  }

  private static boolean startsWith(byte[] bytes, byte[] prefix) {
    return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
  }
}
