using MergeOps.Tokenizers.Components;

namespace MergeOps.Tokenizers.Normalizers;

/// <summary>Canonical decomposition.</summary>
[Component("NFD")]
internal sealed class Nfd() : UnicodeForm(byCompatibility: false, composes: false)
{
    public Nfd(ComponentSettings _)
        : this()
    {
    }
}
