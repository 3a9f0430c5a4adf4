package dev.quota.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;

/**
 * Asynchronous work for a charged response. Its end settles what was charged, and lets the headers
 * go, because the container commits the response then without asking.
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
    // Before the container ends the response, so that whoever has read it finds it settled.
    settlement.work().completed();
    if (settlement.access().isCompleted()) {
      // Containers use the objects of a request again: this must not complete somebody else's.
      throw new IllegalStateException("the container has completed this request already");
    }
    begin();
    context.complete();
  }

  private void begin() {
    // In trouble the container may have taken its response back.
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
    // Another application does not pass our filter, which would let the headers go.
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
