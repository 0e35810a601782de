using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Decomposition by compatibility.</summary>
[Component("NFKD")]
internal sealed class Nfkd() : UnicodeForm(byCompatibility: true, composes: false)
{
    public Nfkd(ComponentSettings _)
        : this()
    {
    }
}
