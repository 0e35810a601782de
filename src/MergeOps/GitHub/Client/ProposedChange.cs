using System.Collections.Immutable;

namespace MergeOps.GitHub.Client;

/// <summary>One commit that is proposed as a pull request, from a branch that is ours alone.</summary>
/// <param name="Branch">The branch's name without <c>refs/heads/</c>.</param>
/// <param name="BaseRef">The branch it goes into.</param>
/// <param name="Files">What files hold after the commit, by path with <c>/</c>; null removes a file.</param>
/// <param name="Message">The commit's message.</param>
/// <param name="Title">The pull request's title.</param>
/// <param name="Body">The pull request's Markdown.</param>
internal sealed record ProposedChange(
    string Branch, string BaseRef, ImmutableSortedDictionary<string, byte[]?> Files, string Message, string Title, string Body);
