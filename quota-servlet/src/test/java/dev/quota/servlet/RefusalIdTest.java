package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Quota;
import dev.quota.QuotaEvent;
import dev.quota.QuotaListener;
import dev.quota.http.QuotaErrors;
import dev.quota.http.answer.ErrorFormat;
import dev.quota.servlet.TestServlets.Answering;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client is told of a refusal and what listeners hear name it by the same id. */
final class RefusalIdTest {

  private static final String[] ALICE = {"X-User", "alice"};

  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private TestApp app;

  @Quota("ping")
  @QuotaErrors(ErrorFormat.ANTHROPIC)
  private static final class Messages extends Answering {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void start() throws Exception {
    app =
        TestApp.with(TestServlets.policies())
            .servlet("/messages", new Messages())
            .servlet("/ping", new TestServlets.Ping())
            .engine(
                engine ->
                    engine.listener(
                        QuotaListener.on(
                            QuotaEvent.Refused.class, refused -> heard.add(refused.id().text()))))
            .start();
    for (int i = 0; i < 5; i++) {
      assertThat(app.get("/ping", ALICE).status()).isEqualTo(200);
    }
  }

  @AfterEach
  void stop() {
    app.close();
  }

  @Test
  void theProblemNamesTheRefusalThatListenersHear() {
    Answer first = app.get("/ping", ALICE);
    Answer second = app.get("/ping", ALICE);
    assertThat(first.status()).isEqualTo(429);
    assertThat(heard)
        .doesNotHaveDuplicates()
        .containsExactly(
            first.json().get("instance").textValue(), second.json().get("instance").textValue());
  }

  @Test
  void soDoesTheOtherShape() {
    Answer refused = app.get("/messages", ALICE);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(heard)
        .containsExactly(refused.json().get("instance").textValue())
        .containsExactly(refused.json().get("request_id").textValue());
  }
}
