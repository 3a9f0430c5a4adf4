package dev.quota.http.internal.address;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "::ffff:203.0.113.7, 203.0.113.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "2001:db8:1:2::, 2001:db8:1:2:0:0:0:0/64",
    "[2001:db8:1:2:ffff::1], 2001:db8:1:2:0:0:0:0/64",
    "fe80::1%eth0, fe80:0:0:0:0:0:0:0/64",
    "203.0.113.7:50001, 203.0.113.7",
    "' 203.0.113.7:1 ', 203.0.113.7",
    "203.000.113.007, 203.0.113.7",
    "[203.0.113.7]:80, 203.0.113.7",
    "[2001:db8::1]:50001, 2001:db8:0:0:0:0:0:0/64",
    "[2001:DB8::1], 2001:db8:0:0:0:0:0:0/64",
    "2001:0DB8:0000:0000::0001, 2001:db8:0:0:0:0:0:0/64",
    "2001:db8:1:2:3:4:5:6:50001, 2001:db8:1:2:0:0:0:0/64",
    "[::ffff:203.0.113.7]:50001, 203.0.113.7",
    "::FFFF:cb00:7107, 203.0.113.7",
    "::ffff:0:203.0.113.7, 203.0.113.7",
    "::203.0.113.7, 203.0.113.7",
    "64:ff9b::203.0.113.7, 203.0.113.7",
    "[64:ff9b::cb00:7107]:443, 203.0.113.7",
    "64:ff9b:1:fffe::203.0.113.7, 203.0.113.7",
    "64:ff9b:1:cb00:71:700::, 64:ff9b:1:cb00:0:0:0:0/64",
    "64:ff9b:0:0:1::1, 64:ff9b:0:0:0:0:0:0/64",
    "2002:cb00:7107:1::1, 2002:cb00:7107:1:0:0:0:0/64",
    "::1, 0:0:0:0:0:0:0:0/64",
    "::, 0:0:0:0:0:0:0:0/64",
    "[fe80::1%eth0]:50001, fe80:0:0:0:0:0:0:0/64",
    "FE80::1%25en1, fe80:0:0:0:0:0:0:0/64",
    "proxy.example:50001, proxy.example",
    "Proxy.Example, proxy.example",
    "1:2:3, 1:2:3",
    ":::::::::::, :::::::::::",
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

  @Test
  void looksAtNothingLongerThanAnAddress() {
    assertThat(ClientAddress.normalise(null)).isEqualTo("unknown");
    assertThat(ClientAddress.normalise("1:".repeat(40_000))).isEqualTo("unknown");
  }
}
