package dev.quota.spring;

import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpContract;
import dev.quota.httptests.HttpDifference;
import dev.quota.httptests.RunningStack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** What WebFlux on Netty answers is what is recorded. Its applications start and stop slowly. */
@Tag("topology")
class HttpContractOnNettyTest implements HttpContract {

  /** One from the left and one from the right: the words are not the stack's. */
  @Override
  public List<String> languages() {
    return List.of("en", "ar");
  }

  @Override
  public Set<HttpDifference> differences() {
    return EnumSet.of(
        HttpDifference.OWN_HEADERS_ALONE,
        HttpDifference.EVENTS_WITHOUT_SPACES,
        HttpDifference.OPTIONS_OF_THE_STACK);
  }

  @Override
  public RunningStack start(HttpApp app) {
    RunningApp running =
        RunningApp.startRecorded(
            RunningApp.Server.NETTY,
            app.hasConversations()
                ? RecordedFluxApplication.WithConversations.class
                : RecordedFluxApplication.Usual.class,
            app);
    return new RunningStack(running.port(), running::close);
  }
}
