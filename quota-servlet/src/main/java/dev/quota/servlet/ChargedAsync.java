package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * The asynchronous context of a charged response. Its end settles the charge. It writes the headers
 * first, because the container then commits the response.
 */
final class ChargedAsync implements AsyncContext {

  private final AsyncContext context;
  private final ChargedResponse response;

  private final Settlement settlement;

  ChargedAsync(AsyncContext context, ChargedResponse response, Settlement settlement) {
    this.context = context;
    this.response = response;
    this.settlement = settlement;
  }

  @Override
  public void complete() {
    // Before the container ends the response, so that it is settled when a client has read it.
    settlement.work().completed();
    if (settlement.access().isCompleted()) {
      // Containers reuse request objects. This call must not complete another request.
      throw new IllegalStateException("the container has completed this request already");
    }
    begin();
    context.complete();
  }

  private void begin() {
    // After a failure the container may have recycled its response.
    if (!settlement.outcome().hasFailed()) {
      response.begin();
    }
  }

  @Override
  public void dispatch() {
    dispatching(context::dispatch);
  }

  @Override
  public void dispatch(String path) {
    dispatching(() -> context.dispatch(path));
  }

  @Override
  public void dispatch(ServletContext application, String path) {
    // A dispatch to another application does not pass this filter, so the headers are written now.
    begin();
    dispatching(() -> context.dispatch(application, path));
  }

  private void dispatching(Runnable dispatch) {
    settlement.work().dispatched();
    try {
      dispatch.run();
    } catch (RuntimeException e) {
      settlement.work().started();
      throw e;
    }
  }

  @Override
  public ServletRequest getRequest() {
    return context.getRequest();
  }

  @Override
  public ServletResponse getResponse() {
    return context.getResponse();
  }

  @Override
  public boolean hasOriginalRequestAndResponse() {
    return context.hasOriginalRequestAndResponse();
  }

  @Override
  public void start(Runnable work) {
    Runnable guarded = new GuardedWork(work, response, settlement);
    settlement.work().enterHelper();
    try {
      context.start(guarded);
    } catch (RuntimeException e) {
      settlement.work().leaveHelper();
      throw e;
    }
  }

  @Override
  public void addListener(AsyncListener listener) {
    context.addListener(listener);
  }

  @Override
  public void addListener(
      AsyncListener listener, ServletRequest request, ServletResponse response) {
    context.addListener(listener, request, response);
  }

  @Override
  public <T extends AsyncListener> T createListener(Class<T> type) throws ServletException {
    return context.createListener(type);
  }

  @Override
  public void setTimeout(long millis) {
    context.setTimeout(millis);
  }

  @Override
  public long getTimeout() {
    return context.getTimeout();
  }
}
