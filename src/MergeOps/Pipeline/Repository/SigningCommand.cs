using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Pipeline.Repository;

/// <summary>
/// A command that signs what is published with a key that this program never sees: it gets the bytes on stdin and prints
/// their ECDSA signature, in one of the forms of <see cref="MergeOps.Publishing.Signing.SignatureForm"/>.
/// </summary>
/// <param name="Words">The program and its arguments; no shell sees them.</param>
/// <param name="Span">The list in the settings.</param>
/// <param name="PublicKey">The key that its signatures must verify with.</param>
internal sealed record SigningCommand(ImmutableArray<string> Words, SourceSpan Span, PublicKeyText PublicKey)
{
    /// <summary>How long it may take where the settings do not say.</summary>
    public static TimeSpan UsualTimeout { get; } = TimeSpan.FromMinutes(1);

    /// <summary>How long it may take: 1 second to an hour.</summary>
    public TimeSpan Timeout { get; init; } = UsualTimeout;

    /// <summary>The variables that it sees although their names or values speak of secrets: how it proves to a key service who it is.</summary>
    public ImmutableArray<string> Variables { get; init; } = [];
}
