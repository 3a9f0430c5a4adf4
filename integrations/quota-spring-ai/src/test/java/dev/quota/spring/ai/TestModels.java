package dev.quota.spring.ai;

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

  /** Whether the model itself calls tools, and says the sum of all rounds. */
  boolean callsToolsInModel();

  /** Returns a model by OpenAI's client, which does not try again. */
  ChatModel openAi(String url, String model, int maxTokens);

  /** Returns a model by Anthropic's client, which does not try again. */
  ChatModel anthropic(String url, String model, int maxTokens);
}
