using System.Collections.Immutable;

namespace MergeOps.Pipeline.Repository;

/// <summary>Whose signatures the models of a recipe must have.</summary>
/// <param name="Keys">The public keys; at least one.</param>
/// <param name="AllowsUnsigned">Whether a model that nobody signed may be used; a signature that is there must hold all the same.</param>
internal sealed record SignedPolicy(ImmutableArray<PublicKeyText> Keys, bool AllowsUnsigned);
