namespace MergeOps.GitHub.Client;

/// <summary>What a request is about, for messages.</summary>
/// <param name="What">In words, such as <c>the comments of owner/name#12</c>.</param>
/// <param name="Permission">What a workflow must grant its token for it, as it stands under <c>permissions:</c>.</param>
internal sealed record GitHubSubject(string What, string Permission);
