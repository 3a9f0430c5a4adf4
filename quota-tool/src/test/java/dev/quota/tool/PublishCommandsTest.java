package dev.quota.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quota.Quotas;
import dev.quota.Subject;
import dev.quota.policy.PolicyFile;
import dev.quota.redis.RedisQuotaStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Publishes to a real Redis. */
@Timeout(120)
final class PublishCommandsTest {

  @TempDir private Path folder;
  private LocalRedis redis;

  @BeforeEach
  void start() throws IOException {
    redis = new LocalRedis(folder);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  private Path file(int daily) throws IOException {
    return Files.writeString(
        folder.resolve("quotas.yaml"),
        "version: 1\nquotas:\n  chat: {limits: {daily: " + daily + " per calendar day}}\n");
  }

  private Commands.Result run(Object... arguments) {
    Object[] all = new Object[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--redis";
    all[arguments.length + 1] = redis.address();
    return Commands.run(all);
  }

  private Commands.Result publish(int daily, Object... more) throws IOException {
    Object[] all = new Object[more.length + 6];
    List<Object> first =
        List.of("publish", file(daily), "--by", "team-ai", "--reason", "to " + daily);
    System.arraycopy(first.toArray(), 0, all, 0, 6);
    System.arraycopy(more, 0, all, 6, more.length);
    return run(all);
  }

  @Test
  void publishHistoryAndRollback() throws IOException {
    assertThat(publish(50)).isEqualTo(new Commands.Result(0, "version 1 is published\n", ""));
    assertThat(publish(40, "--dry-run").out())
        .isEqualTo("chat.daily: 50 → 40\nnothing was published, because of --dry-run\n");
    JsonNode second = publish(40, "--json").json();
    assertThat(second.at("/published/version").asInt()).isEqualTo(2);
    assertThat(second.at("/published/by").asText()).isEqualTo("team-ai");
    assertThat(second.at("/differences/0/text").asText()).isEqualTo("chat.daily: 50 → 40");

    Commands.Result back = run("rollback", 1, "--by", "me", "--reason", "too few");
    assertThat(back)
        .isEqualTo(new Commands.Result(0, "version 3 is published, with the text of 1\n", ""));

    Commands.Result history = run("history");
    assertThat(history.code()).isZero();
    assertThat(history.out().lines().map(line -> line.replaceAll("  +\\S+Z", "")))
        .hasSize(4)
        .anyMatch(
            line -> line.strip().startsWith("3  me") && line.endsWith("rollback to 1: too few"))
        .anyMatch(line -> line.strip().startsWith("2  team-ai") && line.endsWith("to 40"));
    JsonNode versions = run("history", "--json", "--most", 1).json().at("/versions");
    assertThat(versions).hasSize(1);
    assertThat(versions.at("/0/rollbackTo").asInt()).isEqualTo(1);
    assertThat(run("history", "--text", 2).out()).isEqualTo(Files.readString(file(40)));
  }

  @Test
  void aRolloutIsPublishedForAShare() throws IOException {
    Commands.Result early = publish(50, "--rollout", "10%");
    assertThat(early.code()).isEqualTo(2);
    assertThat(early.err())
        .isEqualTo("a rollout needs a version for the rest; publish one for everybody first\n");
    publish(50);
    assertThat(publish(40, "--rollout", "10%").out())
        .isEqualTo(
            """
            chat.daily: 50 → 40
            version 2 is published for 10% of all people; the rest stay on 1
            """);
    JsonNode wider = publish(40, "--rollout", "20%", "--json").json();
    assertThat(wider.at("/published/rollout/share").asText()).isEqualTo("20%");
    assertThat(wider.at("/published/rollout/before").asInt()).isEqualTo(1);
    assertThat(run("history").out()).contains("20%, the rest on 1: to 40");
    Commands.Result wrong = publish(40, "--rollout", "20");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err())
        .isEqualTo(
            "--rollout: a rollout must be a share such as 10% or 0.5%, less than 100%, was \"20\"\n");
    assertThat(publish(40).out()).isEqualTo("version 4 is published\n");
  }

  @Test
  void aDiffSaysHowManyPeopleHaveUsedMore() throws IOException {
    Path old = folder.resolve("old.yaml");
    Files.writeString(
        old,
        "version: 1\nplans: {free: {}, pro: {}}\nquotas:\n  chat: {limits: {monthly: 60 per"
            + " calendar month in UTC}, plans: {pro: {monthly: 600}}}\n");
    Path changed = folder.resolve("new.yaml");
    Files.writeString(changed, Files.readString(old).replace("60 per", "40 per"));
    try (Quotas quotas =
        Quotas.builder()
            .policies(PolicyFile.read(old))
            .store(RedisQuotaStore.connect(redis.address()))
            .build()) {
      for (int i = 36; i < 46; i++) {
        assertThat(quotas.charge(Subject.user("person-" + i), "chat", i).isAllowed()).isTrue();
      }
    }
    Commands.Result said = run("diff", old, changed);
    assertThat(said.out())
        .isEqualTo(
            """
            chat.monthly on free: 60 → 40
            chat.monthly: 5 of 10 people have used more than 40 now, on whatever plan
            """);
    assertThat(said.code()).isEqualTo(1);
    JsonNode json = run("diff", old, changed, "--json").json();
    assertThat(json.at("/affected/0/above").asInt()).isEqualTo(5);
    assertThat(run("diff", old, old).out()).isEmpty();
    redis.close();
    assertThat(run("diff", old, changed).code()).isEqualTo(2);
  }

  @Test
  void whatIsRefusedEndsWith1AndSaysWhy() throws IOException {
    publish(50);
    Commands.Result conflict = publish(40, "--based-on", 0);
    assertThat(conflict.code()).isEqualTo(1);
    assertThat(conflict.err()).contains("version 1 is in force");
    Path file = file(40);
    Files.writeString(
        folder.resolve("quotas.scenarios.yaml"),
        "version: 1\nscenarios: {one: {steps: [{charge: 50 chat}]}}\n");
    Commands.Result failed = run("publish", file, "--reason", "less");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("step 1 of \"one\": result must be allowed, was refused");
    Files.delete(folder.resolve("quotas.scenarios.yaml"));
    Files.writeString(file, Files.readString(file).replace("calendar", "calender"));
    assertThat(run("publish", file, "--reason", "less").code()).isEqualTo(1);
    assertThat(run("history", "--json").json().at("/versions")).hasSize(1);
  }

  @Test
  void aVersionThatCannotBeComparedIsReplacedAllTheSame() throws Exception {
    publish(50);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(redis.address()).getPort())) {
      String key = run("history", "--json").json().at("/versions/0/sha256").asText();
      socket
          .getOutputStream()
          .write(("SET q{policies}:t:" + key + " damaged\r\n").getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().read()).isEqualTo('+');
    }
    Commands.Result result = publish(40);
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).isEqualTo("version 2 is published\n");
    assertThat(result.err())
        .isEqualTo(
            "version 1 cannot be compared: the text of version 1 was changed after it was"
                + " published\n");
  }

  @Test
  void whatCannotBeReadEndsWith2AndSaysWhy() throws IOException {
    assertThat(run("publish", folder.resolve("none.yaml"), "--reason", "x"))
        .satisfies(it -> assertThat(it.code()).isEqualTo(2))
        .satisfies(it -> assertThat(it.err()).contains("there is no such file"));
    assertThat(run("publish", file(1), "--reason", " "))
        .satisfies(it -> assertThat(it.code()).isEqualTo(2))
        .satisfies(it -> assertThat(it.err()).contains("--reason must be 1 to 200 characters"));
    assertThat(run("rollback", 7, "--reason", "x"))
        .isEqualTo(new Commands.Result(2, "", "nothing is published yet\n"));
    assertThat(run("history").code()).isZero();
    assertThat(Commands.run("history", "--redis", "http://x").code()).isEqualTo(2);
    assertThat(Commands.run("history", "--redis", "").code()).isEqualTo(2);
    publish(50);
    redis.close();
    Commands.Result away = run("rollback", 1, "--reason", "x");
    assertThat(away.code()).isEqualTo(2);
    assertThat(away.err()).contains("there is no connection to Redis");
    assertThat(run("publish", file(60), "--reason", "x").err().lines())
        .as("it is said once")
        .hasSize(1);
  }
}
