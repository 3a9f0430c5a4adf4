package dev.quota.jaxrs;

import dev.quota.httptests.HttpApp;
import dev.quota.httptests.HttpContract;
import dev.quota.httptests.HttpDifference;
import dev.quota.httptests.RunningStack;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What the feature answers is what is recorded. */
class HttpContractTest implements HttpContract {

  /** One from the left and one from the right: the words are not the stack's. */
  @Override
  public List<String> languages() {
    return List.of("en", "ar");
  }

  @Override
  public Set<HttpDifference> differences() {
    return EnumSet.of(HttpDifference.OWN_HEADERS_ALONE, HttpDifference.MALFORMED_ACCEPT_IS_REFUSED);
  }

  @Override
  public RunningStack start(HttpApp app) {
    SubjectResolver addresses = SubjectResolver.principalOrAddress();
    QuotaFeatureBuilder feature =
        QuotaFeature.builder(app.quotas())
            .subjects(it -> app.subject(it::getHeaderString, () -> addresses.resolve(it)))
            .headers(app.headers())
            .conversationSecret(app.conversationSecret());
    app.newConversations().ifPresent(feature::newConversations);
    app.retryAfterCeiling()
        .ifPresentOrElse(feature::retryAfterCeiling, feature::noRetryAfterCeiling);
    RunningApp running =
        RunningApp.startAtRoot(
            app.quotas(),
            feature.build(),
            app.hasConversations()
                ? RecordedResources.WITH_CONVERSATIONS
                : RecordedResources.USUAL);
    return new RunningStack(running.port(), running::close);
  }
}
