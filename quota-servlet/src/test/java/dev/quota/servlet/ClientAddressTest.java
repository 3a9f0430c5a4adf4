package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("once")
class ClientAddressTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::ffff:203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::, 2001:db8:1:2:0:0:0:0/64",
    "[2001:db8:1:2:ffff::1], 2001:db8:1:2:0:0:0:0/64",
    "fe80::1%eth0, fe80:0:0:0:0:0:0:0/64",
    "'', unknown",
    "' ', unknown",
    "@/tmp/socket, @/tmp/socket",
    "proxy.example, proxy.example",
    "999.1.1.1, 999.1.1.1",
    "::zz, ::zz",
    "g:1, g:1"
  })
  void reducesAnAddressToWhatOneSubscriberKeeps(String remote, String counted) {
    assertThat(ClientAddress.normalise(remote)).isEqualTo(counted);
  }
}
