namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Goes through the pieces of a template.</summary>
/// <param name="tokens">The pieces with an end behind them.</param>
internal sealed class TokenReader(List<TemplateToken> tokens)
{
    private int place;

    /// <summary>The piece at which it stands.</summary>
    public TemplateToken Current => tokens[place];

    /// <summary>The piece behind it.</summary>
    public TemplateToken Next => tokens[Math.Min(place + 1, tokens.Count - 1)];

    /// <summary>Goes on by one.</summary>
    public void Move() => place = Math.Min(place + 1, tokens.Count - 1);

    /// <summary>The current piece; goes on.</summary>
    public TemplateToken Take()
    {
        var token = Current;
        Move();
        return token;
    }

    /// <summary>Whether a name stands there.</summary>
    public bool IsName(string name) => Current is { Kind: TokenKind.Name } token && token.Text == name;

    /// <summary>Whether an operator stands there.</summary>
    public bool IsOperator(string sign) => Current is { Kind: TokenKind.Operator } token && token.Text == sign;

    /// <summary>Goes on where a name stands there.</summary>
    public bool SkipsName(string name)
    {
        var isThere = IsName(name);
        place += isThere ? 1 : 0;
        return isThere;
    }

    /// <summary>Goes on where an operator stands there.</summary>
    public bool SkipsOperator(string sign)
    {
        var isThere = IsOperator(sign);
        place += isThere ? 1 : 0;
        return isThere;
    }

    /// <summary>The current piece, which must be of a kind; goes on.</summary>
    public TemplateToken Require(TokenKind kind) => Current.Kind == kind ? Take() : throw Unexpected(kind.ToString());

    /// <summary>Goes on behind a name that must stand there.</summary>
    public void RequireName(string name)
    {
        if (!SkipsName(name))
        {
            throw Unexpected($"'{name}'");
        }
    }

    /// <summary>Goes on behind an operator that must stand there.</summary>
    public void RequireOperator(string sign)
    {
        if (!SkipsOperator(sign))
        {
            throw Unexpected($"'{sign}'");
        }
    }

    /// <summary>What is wrong at the current piece.</summary>
    public TemplateFault Fault(string message) => new(message, Current.Line);

    private TemplateFault Unexpected(string wanted) => Fault($"There is '{Current.Text.Trim()}' where {wanted} belongs");
}
