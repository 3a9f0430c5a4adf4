package dev.quota.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

final class QuotaScenariosTest {

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> scenarios() {
    return QuotaScenarios.of("classpath:chat.yaml");
  }

  @Test
  void findsThoseOfTheFileAndThoseBesideIt() {
    assertThat(QuotaScenarios.of("classpath:/chat.yaml"))
        .extracting(DynamicTest::getDisplayName)
        .containsExactly("two messages a day", "the next day has two again");
  }

  @Test
  void failsWithLineAndExpectationAndWhatWas() throws IOException {
    Path file = write("    steps: [{charge: 3 chat}]\n");
    List<DynamicTest> tests = QuotaScenarios.of(file.toString()).toList();

    assertThat(tests).hasSize(1);
    assertThat(tests.get(0).getTestSourceUri().orElseThrow().toString()).endsWith("?line=4");
    assertThatThrownBy(() -> tests.get(0).getExecutable().execute())
        .isInstanceOf(AssertionError.class)
        .hasMessage(file + ":5: step 1 of \"three\": result must be allowed, was refused");
  }

  private Path write(String steps) throws IOException {
    return Files.writeString(
        folder.resolve("quotas.yaml"),
        "version: 1\nquotas: {chat: {limits: 2 per calendar day}}\nscenarios:\n  three:\n" + steps);
  }

  @Test
  void refusesAFileWithoutScenarios() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("none.yaml"), "version: 1\nquotas: {chat: {limits: 2 per day}}\n");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuotaScenarios.of(file.toString()))
        .withMessageContaining("scenario");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QuotaScenarios.of("classpath:nowhere.yaml"));
  }
}
