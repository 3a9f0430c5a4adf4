package dev.quota.spring.ai;

import java.util.List;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.model.ChatModel;

/** Makes real clients of providers, which are made differently in each version of Spring AI. */
public interface TestModels {

  /** Returns those of the version that the tests run with. */
  static TestModels create() {
    try {
      return Class.forName(System.getProperty("quota.ai.models"))
          .asSubclass(TestModels.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the advisor that makes each round of a call seen, where that is not the default. */
  List<Advisor> toolAdvisors();

  /** Whether the rounds of a stream are seen one by one. */
  boolean seesRoundsOfStreams();

  /** Returns a model by OpenAI's client, which does not try again. */
  ChatModel openAi(String url, String model, int maxTokens);

  /** Returns a model by Anthropic's client, which does not try again. */
  ChatModel anthropic(String url, String model, int maxTokens);
}
