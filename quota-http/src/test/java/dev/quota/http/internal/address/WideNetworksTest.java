package dev.quota.http.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class WideNetworksTest {

  private final AtomicLong nanos = new AtomicLong();
  private final WideNetworks networks = new WideNetworks(nanos::get);

  private static String network(String site, int number) {
    return ClientAddress.normalise(site + Integer.toHexString(number) + "::1");
  }

  private Set<String> subjects(String site, int from, int count) {
    Set<String> subjects = new HashSet<>();
    for (int i = from; i < from + count; i++) {
      subjects.add(networks.counted(network(site, i)));
    }
    return subjects;
  }

  @Test
  void aFewNetworksCountByThemselvesAndFurtherOnesTogether() {
    assertThat(subjects("2001:db8:1:", 0x4200, 256))
        .hasSize(WideNetworks.MOST_IN_56 + 1)
        .contains("2001:db8:1:4200:0:0:0:0/64", "2001:db8:1:4200:0:0:0:0/56");
    assertThat(networks.counted(network("2001:db8:1:", 0x4201)))
        .as("who counted alone goes on to")
        .isEqualTo("2001:db8:1:4201:0:0:0:0/64");
    assertThat(networks.counted(network("2001:db8:1:", 0x4300)))
        .as("a neighbour")
        .isEqualTo("2001:db8:1:4300:0:0:0:0/64");
  }

  @Test
  void aWholeSiteIsBounded() {
    assertThat(subjects("2001:db8:2:", 0, 65_536))
        .hasSize(WideNetworks.MOST_IN_48 + 1)
        .contains("2001:db8:2:0:0:0:0:0/48");
    assertThat(networks.counted(network("2001:db8:3:", 1))).as("others").endsWith("/64");
  }

  @Test
  void theNextDayBeginsAnew() {
    Set<String> unused = subjects("2001:db8:1:", 0, 256);
    nanos.addAndGet(Duration.ofDays(1).toNanos());
    assertThat(networks.counted(network("2001:db8:1:", 200))).endsWith("/64");
  }

  @Test
  void otherAddressesStayAsTheyAre() {
    for (String other : new String[] {"192.0.2.1", "unknown", "/run/app.sock", "x/64", "a:b/64"}) {
      assertThat(networks.counted(other)).isEqualTo(other);
    }
  }
}
