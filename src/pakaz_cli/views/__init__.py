"""Values as text: JSON, plain lines, labelled lines, panels."""
