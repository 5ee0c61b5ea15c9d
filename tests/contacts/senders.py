"""Files of invented people, one for each row of the header table, as each sender writes them."""

from __future__ import annotations

FILES: dict[str, tuple[str, str]] = {
    "google": (
        "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Birthday",
        "Ana,Ruiz,Trial ::: * myContacts,* Work,ana@example.com,Mobile,+1 312-555-0142 ::: +1 312-555-0143, --04-09",
    ),
    "google_old": (
        "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
        "Organization 1 - Name",
        "Ana Ruiz,Ana,Ruiz,* myContacts ::: Trial,* Home,ana@example.com,Mobile,+1 312 555 0142,Bakery",
    ),
    "outlook": (
        "First Name,Last Name,Title,E-mail Address,E-mail 2 Address,Mobile Phone,Company,Job Title,Categories,Birthday",
        "Ana,Ruiz,Mrs.,ana@example.com,,(312) 555-0142,Bakery,Owner,Trial;VIP,4/9/1988",
    ),
    "outlook_com": (
        "First Name,Last Name,Given Yomi,IMAddress,Home Country/Region,E-mail Address,Mobile Phone,Personal Web Page,"
        "Categories",
        "Ana,Ruiz,,,,ana@example.com,(312) 555-0142,https://ana.example,Trial;VIP",
    ),
    "hubspot": (
        "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,Contact owner",
        "101,Ana,Ruiz,ana@example.com,(312) 555-0142,NEW,3/15/2024 2:30 PM,Bakery,nobody@example.com",
    ),
    "pipedrive": (
        "Person - ID,Person - Name,Person - Email,Person - Phone,Organization - Name,Person - Label",
        '7,Ana Ruiz,"ana@example.com, ruiz@example.com",(312) 555-0142,Bakery,Trial',
    ),
    "salesforce": (
        "First Name,Last Name,Title,Account Name,Email,Phone,Mailing City,Mailing State/Province,Last Activity",
        "Ana,Ruiz,Owner,Bakery,ana@example.com,(312) 555-0142,Chicago,IL,2024-01-02",
    ),
    "gohighlevel": (
        "Contact Id,First Name,Last Name,Phone,Email,Tags",
        'ghl-1,Ana,Ruiz,+13125550142,ana@example.com,"Trial, inbound"',
    ),
    "facebook": (
        "id\tcreated_time\tad_id\tform_id\tlead_status\twhat_is_your_goal?\tfull_name\twork_email\tphone_number",
        "l:123\t2024-05-01T10:00:00+02:00\tag:9\tf:8\tCREATED\tSleep better\tAna Ruiz\tana@example.com\tp:+13125550142",
    ),
    "thunderbird": (
        "First Name,Last Name,Display Name,Nickname,Primary Email,Secondary Email,Mobile Number,Birth Year,Birth Month,"
        "Birth Day,Custom 1",
        "Ana,Ruiz,Ana Ruiz,Anita,ana@example.com,ruiz@example.com,(312) 555-0142,1988,4,9,likes mornings",
    ),
    "atomic": (
        "first_name,last_name,title,background,first_seen,has_newsletter,status,tags,company,email_work,phone_work",
        'Ana,Ruiz,Owner,Met at the fair,2024-01-02,true,warm,"Trial, fair",Bakery,ana@example.com,(312) 555-0142',
    ),
    "omni": (
        "omni_id,given_name,family_name,life,tags,birthday,phone 1 label,phone 1,email 1 label,email 1,created",
        "01m81xraypejc8b9hajjdj38k8,Ana,Ruiz,member,Trial ::: VIP,1988-04-09,Mobile,'+13125550142,,ana@example.com,"
        "2024-01-02T10:00:00+00:00",
    ),
}


def file_of(sender: str) -> str:
    """The sender's file as text."""
    header, row = FILES[sender]
    return f"{header}\n{row}\n"
