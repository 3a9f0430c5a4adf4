package dev.quota.langchain4j;

import dev.langchain4j.model.ModelProvider;
import dev.langchain4j.model.chat.Capability;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.ChatRequestOptions;
import dev.langchain4j.model.chat.listener.ChatModelListener;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ChatRequestParameters;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.quota.usage.UsageReport;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A model with its quota. */
final class QuotaChatModel implements ChatModel {

  private final ChatModel model;
  private final CallStart calls;

  QuotaChatModel(ChatModel model, CallStart calls) {
    this.model = model;
    this.calls = calls;
  }

  /** The listeners of the model receive its calls, but not refused ones. */
  @Override
  public ChatResponse chat(ChatRequest request, ChatRequestOptions options) {
    return metered(request, round -> model.chat(round, options));
  }

  @Override
  public ChatResponse doChat(ChatRequest request) {
    return metered(request, model::doChat);
  }

  private ChatResponse metered(ChatRequest request, Asking asking) {
    CallStart.Round round = calls.begin(request, model.defaultRequestParameters(), false);
    try {
      ChatResponse answer = asking.ask(round.request());
      Optional<UsageReport> used = Answers.usage(answer);
      String text = answer.aiMessage().text();
      boolean unused = used.isPresent() || text == null || round.call().output(text);
      round.call().endRound(used);
      if (!round.endsWithScope()) {
        CallScope.over(round.call(), round.call().end());
      }
      return Answers.marked(answer, round.call());
    } catch (Throwable e) {
      round.call().failRound(e);
      if (!round.endsWithScope()) {
        CallScope.over(round.call(), round.call().fail(e));
      }
      throw e;
    }
  }

  /** Asks the model. */
  private interface Asking {
    ChatResponse ask(ChatRequest request);
  }

  @Override
  public ChatRequestParameters defaultRequestParameters() {
    return model.defaultRequestParameters();
  }

  @Override
  public List<ChatModelListener> listeners() {
    return model.listeners();
  }

  @Override
  public ModelProvider provider() {
    return model.provider();
  }

  @Override
  public Set<Capability> supportedCapabilities() {
    return model.supportedCapabilities();
  }
}
