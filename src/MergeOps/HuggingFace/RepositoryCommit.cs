using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.HuggingFace;

/// <summary>Whether an answer is about the commit that was asked for; one about another commit is a proxy's or a Hub's mistake, or worse.</summary>
internal static class RepositoryCommit
{
    private const string Header = "X-Repo-Commit";

    /// <summary>Refuses an answer whose headers name another commit; those that name none say nothing.</summary>
    /// <exception cref="MergeOpsException">It is about another commit.</exception>
    public static void Require(HttpResponseMessage response, HubSubject subject)
    {
        if (response.Headers.TryGetValues(Header, out var named))
        {
            Require(named.First(), subject);
        }
    }

    /// <summary>Refuses another commit than the one that was asked for; whoever asks for a branch takes any.</summary>
    /// <exception cref="MergeOpsException">It is another one.</exception>
    public static void Require(string answered, HubSubject subject)
    {
        if (BlobDigest.OfHex(subject.Revision ?? "") is { Kind: DigestKind.GitBlob, Hex: var asked } && answered != asked)
        {
            throw HubFailures.Invalid(subject, $"The answer is about the commit {TerminalText.Quoted(answered)}.");
        }
    }
}
