namespace NetGraph.Hosting;

/// <summary>A program cannot start as it was asked to. The message is one sentence for people: what is wrong and what to do.</summary>
/// <param name="message">The sentence.</param>
/// <param name="innerException">What was behind it, if anything.</param>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
