using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Decomposition by compatibility, and canonical composition.</summary>
[Component("NFKC")]
internal sealed class Nfkc() : UnicodeForm(byCompatibility: true, composes: true)
{
    public Nfkc(ComponentSettings _)
        : this()
    {
    }
}
